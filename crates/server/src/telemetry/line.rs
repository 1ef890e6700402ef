//! The format of log lines. The request's id comes from the running task, so that every line during a request has it,
//! whatever code writes the line, and no span is created per request.

use crate::request_id::RequestId;
use serde_json::{Map, Value};
use std::fmt;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::Writer,
        time::{FormatTime as _, SystemTime},
    },
    registry::LookupSpan,
};

/// The two formats of a line.
pub(super) enum Line {
    /// `time LEVEL request-id target: message name=value`
    Pretty,
    /// One JSON object.
    Json,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let mut fields = Fields::default();
        event.record(&mut fields);
        let request = RequestId::current();
        let meta = event.metadata();
        let target = fields.target.take().unwrap_or_else(|| meta.target().to_owned());
        match self {
            Line::Json => {
                let mut line = Map::new();
                line.insert("time".into(), time.into());
                line.insert("level".into(), meta.level().as_str().into());
                if let Some(request) = request {
                    line.insert("request_id".into(), request.to_string().into());
                }
                line.insert("target".into(), target.into());
                line.insert("message".into(), fields.message.into());
                line.append(&mut fields.others);
                writeln!(out, "{}", Value::Object(line))
            }
            Line::Pretty => {
                let (on, off) =
                    if out.has_ansi_escapes() { (colour(*meta.level()), "\x1b[0m") } else { ("", "") };
                write!(out, "{time} {on}{:>5}{off} ", meta.level())?;
                if let Some(request) = request {
                    write!(out, "{request} ")?;
                }
                write!(out, "{target}: {}", fields.message)?;
                for (name, value) in &fields.others {
                    write!(out, " {name}={value}")?;
                }
                writeln!(out)
            }
        }
    }
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        _ => "\x1b[34m",
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    /// Its target, if it differs from the event's own.
    target: Option<String>,
    others: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            // A library that logs through the `log` crate: its target; the location on the build machine is omitted.
            ("log.target", Value::String(target)) => self.target = Some(target),
            ("log.module_path" | "log.file" | "log.line", _) => {}
            (name, value) => {
                self.others.insert(name.to_owned(), value);
            }
        }
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        self.put(field, text.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_id::RequestIds;
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
    };
    use tracing_subscriber::{Registry, fmt, layer::SubscriberExt as _};

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    async fn written(line: Line) -> String {
        let out = Written::default();
        let writer = out.clone();
        let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone()).event_format(line);
        let guard = tracing::subscriber::set_default(Registry::default().with(layer));
        RequestIds::new(1)
            .next()
            .scope(async {
                let error = io::Error::other("disk \"full\"");
                tracing::error!(count = 3, error = &error as &dyn std::error::Error, "not {}", "written");
            })
            .await;
        drop(guard);
        let bytes = out.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn a_json_line_is_one_object_with_the_request_id() {
        let text = written(Line::Json).await;
        assert_eq!(text.matches('\n').count(), 1);
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["request_id"], "00000001-000000000001");
        assert_eq!(line["level"], "ERROR");
        assert_eq!(line["message"], "not written");
        assert_eq!(line["count"], 3);
        assert_eq!(line["error"], "disk \"full\"");
        assert!(line["time"].as_str().unwrap().ends_with('Z'));
    }

    #[tokio::test]
    async fn a_pretty_line_has_the_same_on_one_line() {
        let text = written(Line::Pretty).await;
        assert!(text.contains("ERROR 00000001-000000000001 "), "{text}");
        assert!(text.ends_with("not written count=3 error=\"disk \\\"full\\\"\"\n"), "{text}");
    }

    /// An event as the bridge from the `log` crate emits it.
    #[test]
    fn a_line_of_a_library_has_its_own_target_and_no_path_of_the_builder() {
        for line in [Line::Json, Line::Pretty] {
            let out = Written::default();
            let writer = out.clone();
            let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone()).event_format(line);
            let guard = tracing::subscriber::set_default(Registry::default().with(layer));
            tracing::info!(
                target: "log",
                {
                    "log.target" = "tokio_postgres::connection",
                    "log.module_path" = "tokio_postgres::connection",
                    "log.file" = "/root/.cargo/registry/src/tokio-postgres/src/connection.rs",
                    "log.line" = 351
                },
                "NOTICE: hello"
            );
            drop(guard);
            let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
            assert!(text.contains("tokio_postgres::connection") && text.contains("NOTICE: hello"), "{text}");
            assert!(!text.contains("/root") && !text.contains("log.") && !text.contains("351"), "{text}");
        }
    }
}
