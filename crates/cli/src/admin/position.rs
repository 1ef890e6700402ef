//! `admin position`: the house's own position.

use super::report::{Column, Report};
use client::Native;

use crate::exit::Failure;

pub(super) async fn run(native: &Native, report: Report) -> Result<(), Failure> {
    let answer = native.positions().await?;
    let columns = [
        Column::Text("ASSET"),
        Column::Number("EXTERNAL"),
        Column::Number("FEES"),
        Column::Number("POSITION"),
        Column::Number("SPREAD"),
    ];
    let rows = answer.positions.iter().map(|at| {
        let amounts = [at.external, at.fees, at.position, at.spread].map(|amount| amount.to_string());
        let [external, fees, position, spread] = amounts;
        [at.asset.clone(), external, fees, position, spread]
    });
    report.list(&answer, "positions", columns, rows);
    Ok(())
}
