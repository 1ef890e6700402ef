//! Conformance of the two engines: every case that is not about one of them runs on both.

mod accounts;
mod audit;
mod backups;
mod catalogs;
mod close;
mod commands;
mod contention;
mod crash;
mod deadlock;
mod events;
mod gate;
mod isolation;
mod jobs;
mod leases;
mod logged;
mod nonces;
mod opening;
mod poolers;
mod process;
mod queue;
mod raw;
mod rows;
mod servers;
mod snapshots;
mod unique;
mod world_first;
