//! The real binary, as operators, supervisors and other people's clients meet it.

mod admin;
mod answers;
mod apply;
mod call;
mod certificate;
mod completions;
mod crash;
mod demo;
mod fake;
mod holders;
mod maintenance;
mod pages;
mod past;
mod process;
mod profile;
mod python;
mod readers;
mod reports;
mod restoring;
mod s3;
mod serve;
mod settings;
mod shop;
mod signatures;
mod tls;
mod world_first;
