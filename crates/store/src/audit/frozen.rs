//! Frozen money compared with its causes.

use super::Check;

/// Frozen money that is not explained by the reserves of orders, their open splits, open conversions,
/// transfers in progress and outright freezes.
const FROZEN: &str = "SELECT 'frozen ' || f.asset || ' of ' || f.holder || ' in ' || f.wallet, \
    CAST(SUM(f.frozen) AS TEXT) || ' in smallest units', CAST(SUM(f.held) AS TEXT) FROM ( \
    SELECT holder, wallet, asset, balance AS frozen, 0 AS held FROM account WHERE bucket = 'frozen' \
    UNION ALL SELECT holder, 'FUNDING_WALLET', currency, 0, reserve_left FROM pay_order WHERE reserve_left > 0 \
    UNION ALL SELECT s.holder, 'FUNDING_WALLET', s.asset, 0, d.amount FROM pay_order o \
    JOIN split s ON s.holder = o.holder AND s.split_no = o.open_split AND s.prepay_id = o.prepay_id \
    JOIN split_detail d ON d.holder = s.holder AND d.split_no = s.split_no AND d.status = 1 \
    UNION ALL SELECT holder, wallet, from_asset, 0, from_amount FROM convert_order WHERE status = 'PROCESS' \
    UNION ALL SELECT holder, 'NORMAL_BALANCE', asset, 0, amount FROM world_first_transfer WHERE status = 'PROCESSING' \
    UNION ALL SELECT holder, wallet, asset, 0, amount FROM posting WHERE bucket = 'frozen' AND kind = 'freeze') f \
    GROUP BY f.holder, f.wallet, f.asset HAVING SUM(f.frozen) <> SUM(f.held) LIMIT 20";

pub(super) const CHECKS: &[Check] = &[Check { what: "frozen money against what froze it", sql: FROZEN }];
