//! The rules of a request's fields, and which broken one is reported.
//!
//! A body may break several rules; the reported one has the lowest [`Why`], and among equals the first field in the
//! order of the page's table. So every field is checked before one is reported.

use std::{borrow::Cow, fmt, ops::RangeInclusive};

use crate::{
    decimal,
    text::{self, Whole},
};
use unicode_properties::{EmojiStatus, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};

/// Why a body is refused, in the order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The body is not one JSON object in UTF-8.
    NotAnObject,
    /// A field is missing, null, empty, given twice or of the wrong JSON type.
    Missing,
    /// A text or list is too long or too short.
    Length,
    /// A value is out of range or not among the known ones.
    Value,
    /// A text holds a character that its field does not allow.
    Chars,
}

/// The rule that a body breaks. No part ever holds input of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Path of the field, such as `receiverList[3].amount`; empty for the body itself.
    pub field: Cow<'static, str>,
    /// The kind of the rule.
    pub why: Why,
    /// The rule in words that follow the field's name, such as `must be 1 to 32 characters`.
    pub rule: Cow<'static, str>,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() { "the request body" } else { &self.field };
        write!(f, "{field} {}", self.rule)
    }
}

impl std::error::Error for Invalid {}

/// A request that can check its page's rules.
pub trait Validate {
    /// Reports every rule that is broken to `check`, field by field in the page's order.
    fn validate(&self, check: &mut Check);
}

/// Collects broken rules and keeps the one to report.
#[derive(Debug, Default)]
pub struct Check {
    worst: Option<Invalid>,
    parents: Vec<Parent>,
    /// Every checked rule, broken or not, if requested.
    asked: Option<Vec<Invalid>>,
}

#[derive(Debug)]
enum Parent {
    Field(&'static str),
    Item(&'static str, usize),
}

impl Check {
    /// Checks all rules of `request`.
    ///
    /// # Errors
    /// The broken rule with the highest precedence.
    pub fn run<T: Validate + ?Sized>(request: &T) -> Result<(), Invalid> {
        let mut check = Check::default();
        request.validate(&mut check);
        check.worst.map_or(Ok(()), Err)
    }

    /// The rules that a check of `request` applies, broken or not, in their order.
    pub(crate) fn asked<T: Validate + ?Sized>(request: &T) -> Vec<Invalid> {
        let mut check = Check { asked: Some(Vec::new()), ..Check::default() };
        request.validate(&mut check);
        check.asked.unwrap_or_default()
    }

    /// Whether rules that are not broken are collected too.
    fn wants_rules(&self) -> bool {
        self.asked.is_some()
    }

    /// A text that the page requires or that is known to be present.
    pub fn text<'a>(&'a mut self, field: &'static str, text: &'a str) -> TextCheck<'a> {
        TextCheck { check: self, field, text: Some(text) }.plain()
    }

    /// A text that may be absent; `None` and the empty text keep every rule.
    pub fn optional<'a, T: AsRef<str>>(
        &'a mut self,
        field: &'static str,
        text: &'a Option<T>,
    ) -> TextCheck<'a> {
        let text = text.as_ref().map(AsRef::as_ref).filter(|text| !text.is_empty());
        TextCheck { check: self, field, text }.plain()
    }

    /// An amount of money or a price.
    pub fn decimal<'a>(
        &'a mut self,
        field: &'static str,
        value: impl Into<money::Decimal>,
    ) -> DecimalCheck<'a> {
        let value = value.into();
        if value == decimal::beyond() {
            self.refuse(Why::Value, field, "must have at most 38 digits, 30 of them after the point");
        }
        DecimalCheck { check: self, field, value }
    }

    /// A whole number that must lie within `range`, and within 64 bits ([`Whole::is_beyond`]).
    pub fn integer(&mut self, field: &'static str, value: i64, range: RangeInclusive<i64>) {
        if !range.contains(&value) || Whole(value).is_beyond() || self.wants_rules() {
            let rule = if Whole(value).is_beyond() && range.contains(&value) {
                "is out of range".to_owned()
            } else if *range.end() == i64::MAX {
                format!("must be at least {}", range.start())
            } else {
                format!("must be {} to {}", range.start(), range.end())
            };
            self.refuse(Why::Value, field, rule);
        }
    }

    /// A list's number of entries: an empty list counts as missing.
    pub fn entries(&mut self, field: &'static str, count: usize, most: usize) {
        if count == 0 || self.wants_rules() {
            self.refuse(Why::Missing, field, "must have at least one entry");
        }
        if count > most || self.wants_rules() {
            self.refuse(Why::Length, field, format!("must have at most {most} entries"));
        }
    }

    /// Checks the fields of the object `field`.
    pub fn within<T: Validate>(&mut self, field: &'static str, object: &T) {
        self.parents.push(Parent::Field(field));
        object.validate(self);
        self.parents.pop();
    }

    /// Checks the fields of the object `field` if present.
    pub fn within_optional<T: Validate>(&mut self, field: &'static str, object: &Option<T>) {
        if let Some(object) = object {
            self.within(field, object);
        }
    }

    /// Checks the fields of each entry of the list `field`.
    pub fn each<T: Validate>(&mut self, field: &'static str, items: &[T]) {
        for (index, item) in items.iter().enumerate() {
            self.parents.push(Parent::Item(field, index));
            item.validate(self);
            self.parents.pop();
        }
    }

    /// Checks each text of the list `field`, named by its index: `scopes[3]`.
    pub fn each_text<T: AsRef<str>>(
        &mut self,
        field: &'static str,
        texts: &[T],
        rules: impl Fn(TextCheck<'_>) -> TextCheck<'_>,
    ) {
        for (index, text) in texts.iter().enumerate() {
            self.parents.push(Parent::Item(field, index));
            rules(self.text("", text.as_ref()));
            self.parents.pop();
        }
    }

    /// Reports that `field` breaks `rule`. The rule must not repeat the caller's input.
    pub fn refuse(&mut self, why: Why, field: &'static str, rule: impl Into<Cow<'static, str>>) {
        if self.worst.as_ref().is_some_and(|worst| worst.why <= why) {
            return;
        }
        let invalid = Invalid { field: self.path(field), why, rule: rule.into() };
        match &mut self.asked {
            Some(asked) => asked.push(invalid),
            None => self.worst = Some(invalid),
        }
    }

    fn path(&self, field: &'static str) -> Cow<'static, str> {
        if self.parents.is_empty() {
            return Cow::Borrowed(field);
        }
        let mut path = String::new();
        for parent in &self.parents {
            match parent {
                Parent::Field(name) => path.push_str(name),
                Parent::Item(name, index) => path.push_str(&format!("{name}[{index}]")),
            }
            path.push('.');
        }
        path.push_str(field);
        if field.is_empty() {
            // The item itself, which is not an object.
            path.pop();
        }
        Cow::Owned(path)
    }
}

/// The rules of one text; each method adds one.
pub struct TextCheck<'a> {
    check: &'a mut Check,
    field: &'static str,
    /// `None` if no further rule applies: the text is absent, or empty where that is an error.
    text: Option<&'a str>,
}

impl<'a> TextCheck<'a> {
    /// Must keep the rule of every text: see [`text::PLAIN`]. Stricter rules have their own words.
    fn plain(self) -> Self {
        if self.text.is_some_and(|text| !text::is_plain(text)) {
            self.check.refuse(Why::Chars, self.field, text::PLAIN);
        }
        self
    }

    /// Must not be empty.
    pub fn required(mut self) -> Self {
        let empty = self.text.is_none_or(str::is_empty);
        if empty || self.check.wants_rules() {
            self.check.refuse(Why::Missing, self.field, "is required");
        }
        if empty {
            self.text = None;
        }
        self
    }

    /// Must have a number of characters within `range`.
    pub fn length(self, range: RangeInclusive<usize>) -> Self {
        let broken = self.text.is_some_and(|text| {
            // The number of bytes is an upper bound of that of characters, so only a long text is counted.
            let bytes = text.len();
            let fits = range.contains(&bytes) && text.is_ascii();
            !fits && !range.contains(&text.chars().count())
        });
        if broken || self.check.wants_rules() {
            let rule = match (range.start(), range.end()) {
                (0, most) => format!("must be at most {most} characters"),
                (least, most) if least == most => format!("must be {most} characters"),
                (least, most) => format!("must be {least} to {most} characters"),
            };
            self.check.refuse(Why::Length, self.field, rule);
        }
        self
    }

    /// Must be one of `values`, in the same case.
    pub fn one_of(self, values: &[&str]) -> Self {
        if self.text.is_some_and(|text| !values.contains(&text)) || self.check.wants_rules() {
            self.check.refuse(Why::Value, self.field, format!("must be one of {}", values.join(", ")));
        }
        self
    }

    /// Must have the form of an asset code.
    pub fn asset_code(self) -> Self {
        let form = |text: &str| money::AssetCode::new(text).is_ok();
        self.value(form, "must be an asset code: 1 to 16 upper-case letters and digits")
    }

    /// Must start with `http://` or `https://` and name a host.
    pub fn url(self) -> Self {
        let form = |text: &str| {
            let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']))
        };
        self.value(form, "must be a URL that starts with http:// or https://").chars(
            |c| c.is_ascii_graphic(),
            "must not have spaces, control characters or letters beyond ASCII",
        )
    }

    /// Must be printable ASCII, space included.
    pub fn ascii(self) -> Self {
        self.chars(|c| matches!(c, ' '..='~'), "must be printable ASCII characters")
    }

    /// Must be ASCII digits.
    pub fn digits(self) -> Self {
        self.chars(|c| c.is_ascii_digit(), "must be digits")
    }

    /// Must be ASCII letters and digits.
    pub fn alphanumeric(self) -> Self {
        self.chars(|c| c.is_ascii_alphanumeric(), "must be letters and digits")
    }

    /// Must be letters of any script, digits, spaces, and `, / .`.
    pub fn plain_words(self) -> Self {
        let plain = |c: char| {
            // A letter of many scripts is written with marks, which count as part of it.
            c.is_ascii_alphanumeric()
                || matches!(c, ' ' | ',' | '/' | '.')
                || (!c.is_ascii()
                    && (c.is_alphanumeric() || c.general_category_group() == GeneralCategoryGroup::Mark))
        };
        self.chars(plain, "must be letters, digits, spaces and the signs , / .")
    }

    /// Must not hold a backslash, a double quote or an emoji.
    pub fn no_quotes_or_emoji(self) -> Self {
        self.chars(
            |c| !matches!(c, '\\' | '"') && !is_emoji(c),
            "must not have a backslash, a double quote or an emoji",
        )
    }

    /// Every character must satisfy `allowed`, which `rule` describes.
    pub fn chars(self, allowed: impl Fn(char) -> bool, rule: &'static str) -> Self {
        if self.text.is_some_and(|text| !text.chars().all(allowed)) || self.check.wants_rules() {
            self.check.refuse(Why::Chars, self.field, rule);
        }
        self
    }

    /// The whole text must satisfy `allowed`, which `rule` describes.
    pub fn value(self, allowed: impl Fn(&str) -> bool, rule: &'static str) -> Self {
        if self.text.is_some_and(|text| !allowed(text)) || self.check.wants_rules() {
            self.check.refuse(Why::Value, self.field, rule);
        }
        self
    }
}

fn is_emoji(c: char) -> bool {
    const EMOJI_SELECTOR: char = '\u{fe0f}';
    c == EMOJI_SELECTOR
        || (!c.is_ascii()
            && matches!(
                c.emoji_status(),
                EmojiStatus::EmojiPresentation
                    | EmojiStatus::EmojiPresentationAndModifierBase
                    | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
                    | EmojiStatus::EmojiPresentationAndEmojiComponent
            ))
}

/// The rules of one decimal; each method adds one.
pub struct DecimalCheck<'a> {
    check: &'a mut Check,
    field: &'static str,
    value: money::Decimal,
}

impl DecimalCheck<'_> {
    /// Must be above zero.
    pub fn positive(self) -> Self {
        if self.value.is_zero() || self.value.is_negative() || self.check.wants_rules() {
            self.check.refuse(Why::Value, self.field, "must be above zero");
        }
        self
    }

    /// Must have at most `most` digits after the point, trailing zeros not counted.
    pub fn decimals(self, most: u8) -> Self {
        if self.value.scale() > most || self.check.wants_rules() {
            self.check.refuse(Why::Value, self.field, format!("must have at most {most} decimals"));
        }
        self
    }

    /// Must not be above `most`.
    pub fn at_most(self, most: money::Decimal) -> Self {
        if self.value > most || self.check.wants_rules() {
            self.check.refuse(Why::Value, self.field, format!("must be at most {most}"));
        }
        self
    }
}
