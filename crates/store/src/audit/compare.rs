//! The common forms of checks. Each compares the stored rows with those that follow from the business rows,
//! reads both sides once and groups them: without table statistics, as after a restore, a join would search
//! all rows of a holder for each match. The grouping starts with the column that differs most, since sorting
//! compares it first.
//!
//! The columns of `told` are identified by position: the columns of the stored side, then the stored value
//! (0), then the expected value.

/// Journals of some kinds. `actor` is the expression for the actor: a column, or `''` where no row has it.
/// Columns of `told`: holder, kind, reference, time, actor, 0, 1.
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

/// Holders' postings by journals of some kinds. `bucket` is the posting's bucket, or an expression for it.
/// Columns of `told`: reference, kind, holder, wallet, asset, bucket, 0, amount.
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

/// The house's postings by journals of some kinds. Columns of `told`: holder, reference, account, asset, 0,
/// amount.
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

/// Events of some kinds. `at` is the event's time, or 0 where no row has it. Columns of `told`: holder, kind,
/// subject, time, 0, 1.
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

/// Jobs of some kinds: unfinished work has one, even if it was given up; finished work has none. Columns of
/// `told`: holder, kind, subject, 0, 1.
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
