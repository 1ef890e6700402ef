//! What must be there for every endpoint of the dialect, so that none is added halfway. Its files are looked for
//! together with those of the other dialects.

use std::path::Path;
use testkit::http::{CLIENT, STRANGER, with_world};
use wire::{
    endpoints,
    world_first::{SigningKey, WorldFirst},
};

#[test]
fn every_endpoint_is_served_to_those_who_sign_now() {
    with_world(async |app| {
        let other = SigningKey::generate().unwrap();
        for spec in endpoints::<WorldFirst>() {
            let (name, path) = (spec.name, spec.path);
            assert_eq!(app.plain("POST", path).json("{}").await.world_code(), "INVALID_CLIENT", "{name}");
            let short = name.strip_prefix("world_first/").unwrap();
            let forged = app.world_with(short, |call| call.key = &other).await;
            assert_eq!(forged.world_code(), "INVALID_SIGNATURE", "{name}");
            let stale = app.world_with(short, |call| call.time = "2020-01-01T00:00:00Z".to_owned()).await;
            assert!(stale.world_refusal().starts_with("PARAM_ILLEGAL Request-Time is "), "{name}: {stale}");
            // Signed as it should be, it is the body that is answered.
            let body = app.world_as(CLIENT, path, "[]").await;
            assert_eq!(
                body.world_refusal(),
                "PARAM_ILLEGAL the request body must be a JSON object, not an array",
                "{name}"
            );
        }
    });
}

#[test]
fn every_sample_is_understood() {
    with_world(async |app| {
        for spec in endpoints::<WorldFirst>() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            let path = path.join(format!("samples/{}/request.json", spec.name));
            let sample = std::fs::read_to_string(path).unwrap();
            let code = app.world_as(STRANGER, spec.path, &sample).await.world_code();
            // There is no such customer and no such token, which is another matter. The page of createTransfer says
            // the former by the second code.
            let nobody = ["USER_NOT_EXIST", "USER_NO_PERMISSION", "OAUTH_FAIL"];
            assert!(nobody.contains(&code.as_str()), "{}: {code}", spec.name);
        }
    });
}
