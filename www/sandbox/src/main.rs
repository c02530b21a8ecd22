//! Stands in for the Cryptorefills partner API: its nine endpoints, on a catalogue of invented goods, with
//! orders that live as real ones do. Written from the facts of the wire alone, it shares no code with the
//! checkout it serves to test.

mod app;
mod args;
mod bech32;
mod catalogue;
mod connection;
mod control;
mod coupons;
mod create;
mod decimal;
mod faults;
mod headers;
mod inputs;
mod lifecycle;
mod magic;
mod order_request;
mod orders;
mod payment;
mod pictures;
mod pricing;
mod problems;
mod reply;
mod shop;
mod store;
mod stream;
#[cfg(test)]
mod tests;
mod validation;
mod wallet;

use std::{
    future::IntoFuture,
    io::{self, Read, Write},
    net::Ipv4Addr,
    process::ExitCode,
    time::Duration,
};

use args::{Command, Options};
use connection::{Connection, Connections};
use orders::Orders;
use store::Store;
use tokio::{net::TcpListener, sync::oneshot};

/// How long open connections may take to end once the sandbox is asked to.
const PATIENCE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let result = match args::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            // A closed pipe is no reason to complain.
            let _ = write!(io::stdout(), "{}\n{}", args::HELP, inputs::text());
            return ExitCode::SUCCESS;
        }
        Ok(Command::Serve(options)) => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| (1, format!("cannot start: {error}")))
            .and_then(|runtime| {
                let result = runtime.block_on(serve(options)).map_err(|message| (1, message));
                runtime.shutdown_background();
                result
            }),
        Err(message) => Err((2, message)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            let _ = writeln!(io::stderr(), "sandbox: {message}");
            ExitCode::from(code)
        }
    }
}

async fn serve(options: Options) -> Result<(), String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(|error| {
        let address = format!("127.0.0.1:{}", options.port);
        match error.kind() {
            io::ErrorKind::AddrInUse => format!("{address} is already in use; choose another with --port"),
            _ => format!("cannot listen on {address}: {error}"),
        }
    })?;
    let address = listener.local_addr().map_err(|error| format!("cannot listen: {error}"))?;
    // Every open stream is a descriptor; where more are not to be had, fewer streams will do.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let (store, records) = match &options.data {
        Some(folder) => Store::open(folder)?,
        None => (Store::default(), Vec::new()),
    };
    let sandbox = app::Sandbox::new(format!("http://{address}"), options.speed, store, Orders::default());
    lifecycle::resume(&sandbox, records);
    let (stop, stopped) = oneshot::channel::<()>();
    let service = app::router(sandbox.clone()).into_make_service_with_connect_info::<Connection>();
    let server = axum::serve(Connections(listener), service).with_graceful_shutdown(async {
        // An error means that the sender is gone, which is as good a reason to stop.
        let _ = stopped.await;
    });
    let mut server = std::pin::pin!(server.into_future());
    let _ = writeln!(io::stdout(), "sandbox listening on http://{address}");
    let ask = asked_to_stop(options.until_stdin_closes);
    tokio::select! {
        result = &mut server => return result.map_err(|error| format!("stopped serving: {error}")),
        () = ask => {}
    }
    sandbox.streams.close();
    let _ = stop.send(());
    let _ = tokio::time::timeout(PATIENCE, server).await;
    Ok(())
}

async fn asked_to_stop(until_stdin_closes: bool) {
    tokio::select! {
        () = stdin_closed(), if until_stdin_closes => {}
        () = terminated() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Reads on a thread of its own, which the end of the program need not wait for.
async fn stdin_closed() {
    let (gone, closed) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        while io::stdin().read(&mut buffer).is_ok_and(|count| count > 0) {}
        let _ = gone.send(());
    });
    let _ = closed.await;
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            terminate.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
