//! The shapes that checks share. Each holds what is there against what the business rows tell, reads both sides once
//! and groups them: a join would look for each row's match among all of its holder's where nothing is known of the
//! tables, as after a restore. They group by what differs most first, since that is what sorting compares.
//!
//! `told` names its columns by their places: those of the other side, then what is there (0), then what must be.

/// Journals of some kinds. `actor` stands for who caused one: a column or, where no row tells, `''`.
/// Told: holder, kind, reference, time, actor, 0, 1.
macro_rules! journals {
    ($row:literal, kinds: $kinds:literal, actor: $actor:literal, told: $told:literal) => {
        concat!(
            "SELECT '",
            $row,
            " ' || f.reference || ' of ' || f.holder || ': journals ' || f.kind || ' at ' || CAST(f.at AS TEXT) \
             || CASE WHEN f.actor = '' THEN '' ELSE ' by ' || f.actor END, \
             CAST(SUM(f.made) AS TEXT), CAST(SUM(f.due) AS TEXT) FROM ( \
             SELECT holder, kind, reference, at, ",
            $actor,
            " AS actor, 1 AS made, 0 AS due FROM journal WHERE kind IN (",
            $kinds,
            ") UNION ALL ",
            $told,
            ") f GROUP BY f.reference, f.kind, f.at, f.holder, f.actor \
             HAVING SUM(f.made) <> SUM(f.due) LIMIT 20"
        )
    };
}

/// What journals of some kinds post to holders. `bucket` is the posting's, or what stands for it.
/// Told: reference, kind, holder, wallet, asset, bucket, 0, amount.
macro_rules! postings {
    ($row:literal, kinds: $kinds:literal, bucket: $bucket:literal, told: $told:literal) => {
        concat!(
            "SELECT '",
            $row,
            " ' || f.reference || ': postings of ' || f.kind || ' to ' || f.holder || '/' || f.wallet || '/' \
             || f.asset || '/' || f.bucket, CAST(SUM(f.made) AS TEXT) || ' in smallest units', CAST(SUM(f.due) AS TEXT) FROM ( \
             SELECT reference, kind, holder, wallet, asset, ",
            $bucket,
            " AS bucket, amount AS made, 0 AS due FROM posting WHERE kind IN (",
            $kinds,
            ") UNION ALL ",
            $told,
            ") f GROUP BY f.reference, f.kind, f.holder, f.wallet, f.asset, f.bucket \
             HAVING SUM(f.made) <> SUM(f.due) LIMIT 20"
        )
    };
}

/// What journals of some kinds post to the house. Told: holder, reference, account, asset, 0, amount.
macro_rules! house_legs {
    ($row:literal, kinds: $kinds:literal, told: $told:literal) => {
        concat!(
            "SELECT '",
            $row,
            " ' || f.reference || ' of ' || f.holder || ': legs of the house in ' || f.account || '/' || f.asset, \
             CAST(SUM(f.made) AS TEXT) || ' in smallest units', CAST(SUM(f.due) AS TEXT) FROM ( \
             SELECT j.holder, j.reference, h.account, h.asset, h.amount AS made, 0 AS due \
             FROM journal j CROSS JOIN house_posting h \
             WHERE h.holder = j.holder AND h.journal = j.id AND j.kind IN (",
            $kinds,
            ") UNION ALL ",
            $told,
            ") f GROUP BY f.reference, f.account, f.asset, f.holder HAVING SUM(f.made) <> SUM(f.due) LIMIT 20"
        )
    };
}

/// Events of some kinds. `at` is the event's time, or 0 where no row tells it.
/// Told: holder, kind, subject, time, 0, 1.
macro_rules! events {
    ($row:literal, kinds: $kinds:literal, at: $at:literal, told: $told:literal) => {
        concat!(
            "SELECT '",
            $row,
            " ' || f.subject || ' of ' || f.holder || ': events ' || f.kind || \
             CASE WHEN f.at = 0 THEN '' ELSE ' at ' || CAST(f.at AS TEXT) END, \
             CAST(SUM(f.made) AS TEXT), CAST(SUM(f.due) AS TEXT) FROM ( \
             SELECT holder, kind, subject, ",
            $at,
            " AS at, 1 AS made, 0 AS due FROM event WHERE kind IN (",
            $kinds,
            ") UNION ALL ",
            $told,
            ") f GROUP BY f.subject, f.kind, f.at, f.holder HAVING SUM(f.made) <> SUM(f.due) LIMIT 20"
        )
    };
}

/// Jobs of some kinds: what is not done has one, also when an operator has to look at it; what is done has none.
/// Told: holder, kind, subject, 0, 1.
macro_rules! jobs {
    ($row:literal, kinds: $kinds:literal, told: $told:literal) => {
        concat!(
            "SELECT '",
            $row,
            " ' || f.subject || ' of ' || f.holder || ': jobs ' || f.kind, \
             CAST(SUM(f.made) AS TEXT), CAST(SUM(f.due) AS TEXT) FROM ( \
             SELECT holder, kind, subject, 1 AS made, 0 AS due FROM job WHERE kind IN (",
            $kinds,
            ") UNION ALL ",
            $told,
            ") f GROUP BY f.subject, f.kind, f.holder HAVING SUM(f.made) <> SUM(f.due) LIMIT 20"
        )
    };
}
