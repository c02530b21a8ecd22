//! `GET /v5/orders/{id}/subscribe`: a snapshot at once, a message on every change, `stop` after the last.

use std::{
    collections::VecDeque,
    io,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use uuid::Uuid;

use crate::{
    app::Shared,
    faults::{self, Endpoint},
    lifecycle,
    orders::{History, LiveOrder, Order},
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

    /// Comes back when the sandbox shuts down.
    pub async fn closed(&self) {
        // An error means that there is nothing left to wait for.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }
}

/// When a connection is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    #[default]
    Never,
    OnceAtPayment,
    After(usize),
}

/// What is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    #[default]
    Nothing,
    Same,
    Older,
}

/// What follows the last message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stop {
    #[default]
    Sent,
    Empty,
    Ends,
    Never,
}

/// How an order's stream behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    pub cut: Cut,
    pub repeat: Repeat,
    pub stop: Stop,
    pub form: Option<Form>,
    pub mute: bool,
    pub quiet: bool,
    pub ids: bool,
    pub garbage: bool,
    pub other: bool,
    pub error: bool,
    pub ticking: bool,
}

/// A way of writing an event; a client must read them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    named: bool,
    newline: &'static str,
    many_lines: bool,
    split: bool,
    marked: bool,
}

impl Form {
    const PLAIN: Self = Self { named: false, newline: "\n", many_lines: false, split: false, marked: false };
    pub const CR: Self = Self { newline: "\r", ..Self::PLAIN };
    pub const MARKED: Self = Self { marked: true, ..Self::PLAIN };
    pub const MANY_LINES: Self = Self { many_lines: true, ..Self::PLAIN };
    pub const RETURNS: Self = Self { named: true, newline: "\r\n", ..Self::PLAIN };
    pub const SPLIT: Self = Self { many_lines: true, split: true, ..Self::PLAIN };

    /// Where none is asked for, orders take turns.
    fn of(number: usize) -> Self {
        match number % 4 {
            0 => Self::PLAIN,
            1 => Self { named: true, ..Self::PLAIN },
            2 => Self::SPLIT,
            _ => Self::RETURNS,
        }
    }

    fn message(self, order: &Order, before: &str) -> Vec<Bytes> {
        let json =
            if self.many_lines { serde_json::to_string_pretty(order) } else { serde_json::to_string(order) };
        let mut text = before.replace('\n', self.newline);
        if self.named {
            text += &format!("event: message{}", self.newline);
        }
        for line in json.unwrap_or_default().lines() {
            text += &format!("data: {line}{}", self.newline);
        }
        let mut whole = Bytes::from(text + self.newline);
        if !self.split {
            return vec![whole];
        }
        // Within a letter of several bytes, where there is one.
        let at = whole.iter().position(|byte| *byte >= 0x80).map_or(whole.len() / 2, |index| index + 1);
        let first = whole.split_to(at);
        vec![first, whole]
    }

    fn other(self, lines: &str) -> Bytes {
        format!("{lines}\n").replace('\n', self.newline).into()
    }
}

pub async fn subscribe(State(sandbox): State<Shared>, Segment(id): Segment, headers: HeaderMap) -> Response {
    let Some(order) = sandbox.orders.find(&id) else {
        return Refusal::not_found("order").into_response();
    };
    let email = order.email.clone();
    faults::with_email(&sandbox, &email, Endpoint::Stream, async {
        let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
        let subscriber = Subscriber::new(&sandbox, order, last);
        let headers =
            [(header::CONTENT_TYPE, "text/event-stream;charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
        (headers, Body::from_stream(stream::unfold(subscriber, next))).into_response()
    })
    .await
}

struct Subscriber {
    form: Form,
    manner: Manner,
    keep_alive: Duration,
    tick: Duration,
    order: Arc<LiveOrder>,
    history: watch::Receiver<History>,
    /// The number of the next message that is due.
    due: usize,
    /// How many messages this connection has carried.
    sent: usize,
    queue: VecDeque<Bytes>,
    /// The version that was sent at the last tick, as it was written.
    ticked: Option<(Arc<Order>, String)>,
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
    /// Nothing more of the order's, and no end either.
    Linger,
}

impl Subscriber {
    fn new(sandbox: &Shared, order: Arc<LiveOrder>, last: Option<usize>) -> Self {
        let manner = order.manner;
        let form = manner.form.unwrap_or_else(|| Form::of(order.number));
        let history = order.history();
        let newest = history.borrow().newest();
        let resumed = last.filter(|_| manner.ids).map(|last| last.saturating_add(1));
        Self {
            form,
            manner,
            keep_alive: sandbox.lasting(KEEP_ALIVE).max(LEAST_KEEP_ALIVE),
            tick: sandbox.lasting(1),
            order,
            history,
            due: resumed.map_or(newest, |due| due.min(newest)),
            sent: 0,
            queue: form.marked.then(|| "\u{feff}".into()).into_iter().collect(),
            ticked: None,
            then: Then::Wait,
            cut: sandbox.streams.cut.subscribe(),
            closed: sandbox.streams.closed.subscribe(),
        }
    }

    /// Queues what is new; a final state brings `stop` with it.
    fn catch_up(&mut self) {
        let news = self.history.borrow_and_update().since(self.due);
        for (number, order, older) in news {
            self.due = number + 1;
            self.trouble(&order);
            self.push(&order, number);
            match self.manner.repeat {
                Repeat::Nothing => {}
                Repeat::Same => self.push(&order, number),
                Repeat::Older => {
                    if let Some(older) = older {
                        self.push(&older, number);
                    }
                }
            }
            let cut = match self.manner.cut {
                Cut::Never => false,
                Cut::OnceAtPayment => {
                    order.state == lifecycle::State::PaymentStarted && self.order.is_to_drop()
                }
                Cut::After(count) => self.sent >= count,
            };
            if cut {
                self.then = Then::Break;
                return;
            }
            if order.state.is_final() {
                self.finish();
                return;
            }
        }
    }

    fn push(&mut self, order: &Order, number: usize) {
        self.sent += 1;
        let before = match (self.manner.ids, self.sent) {
            (false, _) => String::new(),
            (true, 1) => format!("retry: 100\nid: {number}\n"),
            (true, _) => format!("id: {number}\n"),
        };
        self.queue.extend(self.form.message(order, &before));
    }

    /// What should not be there, before a message.
    fn trouble(&mut self, order: &Order) {
        if self.manner.garbage {
            self.queue.push_back(self.form.other("data: not JSON\n"));
            self.queue.push_back(self.form.other("data: {\"order_id\":7,\"order_state\":[]}\n"));
            self.queue.push_back(self.form.other("event: weather\ndata: {\"sky\":\"clear\"}\n"));
        }
        if self.manner.other {
            let stranger = Order { order_id: Uuid::new_v4(), ..order.clone() };
            self.queue.extend(self.form.message(&stranger, ""));
        }
        if self.manner.error {
            self.queue.push_back(self.form.other("event: error\ndata: {\"message\":\"no reason\"}\n"));
        }
    }

    fn finish(&mut self) {
        self.then = Then::End;
        match self.manner.stop {
            Stop::Sent => self.queue.push_back(self.form.other("event: stop\ndata: {}\n")),
            Stop::Empty => self.queue.push_back(self.form.other("event: stop\n")),
            Stop::Ends => {}
            Stop::Never => self.then = Then::Linger,
        }
    }

    async fn wait(&mut self) {
        let silent = self.manner.mute;
        let lingering = self.then == Then::Linger;
        let comments = !(silent || self.manner.quiet || self.manner.ticking);
        let deadline = Instant::now() + self.keep_alive;
        let tick = self.manner.ticking.then(|| until_next(self.tick));
        let mut ticked = false;
        tokio::select! {
            Ok(()) = self.history.changed(), if !silent && !lingering => {}
            () = sleep_until(deadline), if comments => self.queue.push_back(self.form.other(": keep-alive\n")),
            () = sleep(tick.unwrap_or_default()), if tick.is_some() && !silent => ticked = true,
            _ = self.cut.changed() => self.then = Then::Break,
            _ = self.closed.wait_for(|closed| *closed) => self.then = Then::End,
        }
        if ticked {
            self.tick();
        }
    }

    fn tick(&mut self) {
        let Some(order) = self.order.latest() else { return };
        // The same text second after second: thousands of streams tick at once.
        if !self.ticked.as_ref().is_some_and(|(last, _)| Arc::ptr_eq(last, &order)) {
            let message = self.form.message(&order, "").concat();
            self.ticked = Some((order, String::from_utf8(message).unwrap_or_default()));
        }
        if let Some((_, message)) = &self.ticked {
            let stamp = format!(": sent {}{}", since_epoch().as_micros(), self.form.newline);
            self.queue.push_back((stamp + message).into());
        }
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The time to the next whole multiple of a span: all who wait for it wait for the same moment.
fn until_next(span: Duration) -> Duration {
    let past = since_epoch().as_micros() % span.as_micros().max(1);
    span.saturating_sub(Duration::from_micros(u64::try_from(past).unwrap_or_default()))
}

async fn next(mut subscriber: Subscriber) -> Option<(Result<Bytes, io::Error>, Subscriber)> {
    loop {
        if let Some(bytes) = subscriber.queue.pop_front() {
            if subscriber.form.split {
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
            Then::Wait | Then::Linger => {}
        }
        if !subscriber.manner.mute && subscriber.then == Then::Wait {
            subscriber.catch_up();
        }
        if subscriber.queue.is_empty() && matches!(subscriber.then, Then::Wait | Then::Linger) {
            subscriber.wait().await;
        }
    }
}
