//! The real binary, as operators, supervisors and other people's clients meet it.

mod admin;
mod apply;
mod certificate;
mod crash;
mod demo;
mod past;
mod process;
mod python;
mod reports;
mod s3;
mod serve;
mod settings;
mod shop;
mod tls;
mod world_first;
