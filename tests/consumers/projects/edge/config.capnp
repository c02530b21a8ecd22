using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    (name = "worker.js", esModule = embed "dist/worker.js"),
    (name = "cryptorefills-checkout/sdk.wasm", wasm = embed "dist/sdk.wasm"),
  ],
  bindings = [(name = "UPSTREAM", fromEnvironment = "UPSTREAM")],
);
