//! A PostgreSQL of our own: `run` and `pg` keep one with durable data, `test`, `bench` and `prepare` use one that is
//! thrown away. None relies on a server that runs already, and none is reachable but over loopback with a password.

mod binaries;
mod cluster;
mod data;
mod durable;
mod place;
mod throwaway;

pub(crate) use binaries::{Binaries, find as binaries};
pub(crate) use cluster::Cluster;
pub(crate) use durable::{Durable, durable, forget};
pub(crate) use throwaway::{Durability, Throwaway, throwaway};
