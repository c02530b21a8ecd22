//! Where orders survive the program: an embedded store, one row an order, written before anybody is told.

use std::{
    fs, io,
    path::Path,
    sync::mpsc,
    time::{SystemTime, UNIX_EPOCH},
};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{
    catalogue::Codes,
    lifecycle::{State, Step},
    orders::Order,
};

const ORDERS: TableDefinition<u128, &[u8]> = TableDefinition::new("orders");
const FILE: &str = "orders.redb";

/// An order, and what is to become of it.
pub struct Record {
    /// How many versions there were before.
    pub version: usize,
    /// How many orders there were before.
    pub number: usize,
    /// When it came to this version, in milliseconds since 1970.
    pub at: u64,
    /// Whether its stream has been cut once.
    pub dropped: bool,
    pub plan: Vec<Step>,
    pub order: Order,
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A record as it is written: the order's wire form, and beside it what the wire does not show.
#[derive(Deserialize, Serialize)]
struct Row<O> {
    version: usize,
    number: usize,
    at: u64,
    dropped: bool,
    plan: Vec<Step>,
    state: State,
    deliveries: Vec<(Option<Codes>, bool)>,
    order: O,
}

fn write(record: &Record) -> Result<Vec<u8>, serde_json::Error> {
    let order = &record.order;
    serde_json::to_vec(&Row {
        version: record.version,
        number: record.number,
        at: record.at,
        dropped: record.dropped,
        plan: record.plan.clone(),
        state: order.state,
        deliveries: order.deliveries.iter().map(|one| (one.codes, one.is_handed_over)).collect(),
        order,
    })
}

fn read(bytes: &[u8]) -> Result<Record, serde_json::Error> {
    let row: Row<Order> = serde_json::from_slice(bytes)?;
    let mut order = row.order;
    order.state = row.state;
    for (delivery, (codes, is_handed_over)) in order.deliveries.iter_mut().zip(row.deliveries) {
        delivery.codes = codes;
        delivery.is_handed_over = is_handed_over;
    }
    Ok(Record {
        version: row.version,
        number: row.number,
        at: row.at,
        dropped: row.dropped,
        plan: row.plan,
        order,
    })
}

/// One thing to write, and who waits for it. Without bytes the row goes.
struct Write {
    id: Uuid,
    bytes: Option<Vec<u8>>,
    done: oneshot::Sender<()>,
}

/// Writes on a thread of its own, many at a time where many wait. Without a folder nothing is written.
#[derive(Default)]
pub struct Store {
    writer: Option<mpsc::Sender<Write>>,
}

impl Store {
    /// Opens the store in a folder, with what it holds, the oldest order first.
    pub fn open(folder: &Path) -> Result<(Self, Vec<Record>), String> {
        let trouble = |what: &dyn std::fmt::Display| format!("cannot use {}: {what}", folder.display());
        fs::create_dir_all(folder).map_err(|error| trouble(&error))?;
        let database = Database::create(folder.join(FILE)).map_err(|error| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => trouble(&"another sandbox is using it"),
            other => trouble(&other),
        })?;
        let records = load(&database).map_err(|error| trouble(&error))?;
        let (sender, queue) = mpsc::channel();
        std::thread::spawn(move || serve(&database, &queue));
        Ok((Self { writer: Some(sender) }, records))
    }

    /// Takes so many writes and no more: after the last of them the thread is over.
    #[cfg(test)]
    pub fn taking(writes: usize) -> (Self, std::thread::JoinHandle<()>) {
        let (sender, queue) = mpsc::channel::<Write>();
        let thread = std::thread::spawn(move || {
            for write in queue.iter().take(writes) {
                let _ = write.done.send(());
            }
        });
        (Self { writer: Some(sender) }, thread)
    }

    /// Comes back when the record is on the disk; false when it cannot be.
    pub async fn keep(&self, record: &Record) -> bool {
        match (&self.writer, write(record)) {
            (None, _) => true,
            (Some(_), Ok(bytes)) => self.send(record.order.order_id, Some(bytes)).await,
            (Some(_), Err(_)) => false,
        }
    }

    pub async fn forget(&self, id: Uuid) {
        self.send(id, None).await;
    }

    async fn send(&self, id: Uuid, bytes: Option<Vec<u8>>) -> bool {
        let Some(writer) = &self.writer else { return true };
        let (done, is_done) = oneshot::channel();
        writer.send(Write { id, bytes, done }).is_ok() && is_done.await.is_ok()
    }
}

fn load(database: &Database) -> Result<Vec<Record>, Box<dyn std::error::Error>> {
    let transaction = database.begin_write()?;
    // Made where it is not there yet.
    transaction.open_table(ORDERS)?;
    transaction.commit()?;
    let transaction = database.begin_read()?;
    let table = transaction.open_table(ORDERS)?;
    let mut records = Vec::new();
    for row in table.iter()? {
        records.push(read(row?.1.value()).map_err(io::Error::from)?);
    }
    records.sort_by_key(|record| record.number);
    Ok(records)
}

fn serve(database: &Database, queue: &mpsc::Receiver<Write>) {
    while let Ok(first) = queue.recv() {
        let batch: Vec<_> = std::iter::once(first).chain(queue.try_iter()).collect();
        if let Err(error) = commit(database, &batch) {
            eprintln!("sandbox: orders can no longer be kept: {error}");
            return;
        }
        for write in batch {
            // Whoever asked may have left.
            let _ = write.done.send(());
        }
    }
}

fn commit(database: &Database, batch: &[Write]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(ORDERS)?;
        for write in batch {
            match &write.bytes {
                Some(bytes) => table.insert(write.id.as_u128(), bytes.as_slice())?,
                None => table.remove(write.id.as_u128())?,
            };
        }
    }
    transaction.commit()?;
    Ok(())
}
