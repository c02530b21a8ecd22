//! `GET /v5/orders/{id}/subscribe`: a snapshot at once, a message on every change, `stop` after the last.

use std::{collections::VecDeque, io, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    app::Shared,
    lifecycle,
    magic::Manner,
    orders::{LiveOrder, Order},
    reply::{Refusal, Segment},
};

/// The pause after which a comment tells that the stream is alive, in seconds at speed 1.
const KEEP_ALIVE: u32 = 5;
/// However fast orders live, no more comments than this.
const LEAST_KEEP_ALIVE: Duration = Duration::from_millis(100);
/// Long enough for the two halves of a split frame to leave in packets of their own.
const SPLIT: Duration = Duration::from_millis(5);

/// Ends streams from outside: by order of the control, or when the sandbox shuts down.
#[derive(Default)]
pub struct Streams {
    cut: watch::Sender<u64>,
    closed: watch::Sender<bool>,
}

impl Streams {
    pub fn open(&self) -> usize {
        self.cut.receiver_count()
    }

    pub fn drop_all(&self) -> usize {
        let open = self.open();
        self.cut.send_modify(|count| *count = count.wrapping_add(1));
        open
    }

    pub fn close(&self) {
        self.closed.send_replace(true);
    }
}

/// The ways of writing the same event; a client must read them all.
#[derive(Clone, Copy)]
enum Form {
    Unnamed,
    Named,
    NamedWithReturns,
    ManyLinesInTwoPackets,
}

impl Form {
    fn of(number: usize) -> Self {
        match number % 4 {
            0 => Self::Unnamed,
            1 => Self::Named,
            2 => Self::ManyLinesInTwoPackets,
            _ => Self::NamedWithReturns,
        }
    }

    fn message(self, order: &Order) -> Vec<Bytes> {
        let json = serde_json::to_string(order).unwrap_or_default();
        match self {
            Self::Unnamed => vec![format!("data: {json}\n\n").into()],
            Self::Named => vec![format!("event: message\ndata: {json}\n\n").into()],
            Self::NamedWithReturns => vec![format!("event: message\r\ndata: {json}\r\n\r\n").into()],
            Self::ManyLinesInTwoPackets => {
                let pretty = serde_json::to_string_pretty(order).unwrap_or_default();
                let lines: String = pretty.lines().map(|line| format!("data: {line}\n")).collect();
                let mut whole = Bytes::from(lines + "\n");
                // Within a letter of several bytes, where there is one.
                let at =
                    whole.iter().position(|byte| *byte >= 0x80).map_or(whole.len() / 2, |index| index + 1);
                let first = whole.split_to(at);
                vec![first, whole]
            }
        }
    }

    fn stop(self) -> Bytes {
        match self {
            Self::NamedWithReturns => "event: stop\r\ndata: {}\r\n\r\n".into(),
            _ => "event: stop\ndata: {}\n\n".into(),
        }
    }
}

pub async fn subscribe(State(sandbox): State<Shared>, Segment(id): Segment) -> Response {
    let Some(order) = sandbox.orders.find(&id) else {
        return Refusal::not_found("order").into_response();
    };
    if order.manner == Manner::Refused {
        return Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "no streams at the moment").into_response();
    }
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream;charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    let subscriber = Subscriber::new(&sandbox, order);
    (headers, Body::from_stream(stream::unfold(subscriber, next))).into_response()
}

struct Subscriber {
    form: Form,
    mute: bool,
    keep_alive: Duration,
    order: Arc<LiveOrder>,
    history: watch::Receiver<Vec<Arc<Order>>>,
    seen: usize,
    queue: VecDeque<Bytes>,
    /// What comes once the queue is empty.
    then: Then,
    cut: watch::Receiver<u64>,
    closed: watch::Receiver<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Wait,
    Break,
    End,
}

impl Subscriber {
    fn new(sandbox: &Shared, order: Arc<LiveOrder>) -> Self {
        let history = order.history();
        let seen = history.borrow().len().saturating_sub(1);
        Self {
            form: Form::of(order.number),
            mute: order.manner == Manner::Mute,
            keep_alive: sandbox.lasting(KEEP_ALIVE).max(LEAST_KEEP_ALIVE),
            order,
            history,
            seen,
            queue: VecDeque::new(),
            then: Then::Wait,
            cut: sandbox.streams.cut.subscribe(),
            closed: sandbox.streams.closed.subscribe(),
        }
    }

    /// Queues what is new; a final state brings `stop` with it.
    fn catch_up(&mut self) {
        let news: Vec<_> = self.history.borrow_and_update().iter().skip(self.seen).cloned().collect();
        for order in news {
            self.seen += 1;
            self.queue.extend(self.form.message(&order));
            if order.state.is_final() {
                self.queue.push_back(self.form.stop());
                self.then = Then::End;
            } else if order.state == lifecycle::State::PaymentStarted && self.order.is_to_drop() {
                self.then = Then::Break;
                return;
            }
        }
    }

    async fn wait(&mut self) {
        let silent = self.mute;
        let deadline = Instant::now() + self.keep_alive;
        tokio::select! {
            Ok(()) = self.history.changed(), if !silent => {}
            () = sleep_until(deadline), if !silent => self.queue.push_back(": keep-alive\n\n".into()),
            _ = self.cut.changed() => self.then = Then::Break,
            _ = self.closed.wait_for(|closed| *closed) => self.then = Then::End,
        }
    }
}

async fn next(mut subscriber: Subscriber) -> Option<(Result<Bytes, io::Error>, Subscriber)> {
    loop {
        if let Some(bytes) = subscriber.queue.pop_front() {
            if matches!(subscriber.form, Form::ManyLinesInTwoPackets) {
                sleep(SPLIT).await;
            }
            return Some((Ok(bytes), subscriber));
        }
        match subscriber.then {
            Then::End => return None,
            Then::Break => {
                subscriber.then = Then::End;
                let error = io::Error::new(io::ErrorKind::ConnectionAborted, "cut");
                // Hyper drops what it has not yet sent when a body fails.
                sleep(SPLIT).await;
                return Some((Err(error), subscriber));
            }
            Then::Wait => {}
        }
        if !subscriber.mute {
            subscriber.catch_up();
        }
        if subscriber.queue.is_empty() && subscriber.then == Then::Wait {
            subscriber.wait().await;
        }
    }
}
