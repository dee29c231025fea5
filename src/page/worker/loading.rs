//! Where the worker's data comes from.

use std::rc::Rc;

use futures_channel::mpsc::UnboundedReceiver;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use wasm_bindgen::JsValue;
use web_sys::DedicatedWorkerGlobalScope;

use super::Worker;
use crate::download::{self, LoadError, Loaded, Source};
use crate::message::{Command, Report};
use crate::send::report;

impl Worker {
    /// The first dataset: from beside the page, unless the user gives files first; where there is none, the synthetic
    /// digits. Other commands wait in `early`.
    pub(super) async fn load(
        source: &Source,
        scope: &DedicatedWorkerGlobalScope,
        commands: &mut UnboundedReceiver<Command>,
        early: &mut Vec<Command>,
    ) -> Loaded {
        let mut download = Box::pin(download::fetched(source, scope.clone()));
        loop {
            match select(download, commands.next()).await {
                Either::Left((result, _)) => return result.unwrap_or_else(|why| Loaded::synthetic(&why)),
                Either::Right((command, still)) => {
                    download = still;
                    match command {
                        Some(Command::Load { files }) => match download::given(source, &files).await {
                            Ok(loaded) => {
                                source.stop();
                                return loaded;
                            }
                            Err(error) => report(scope, &Report::Failed { sentence: error.words() }),
                        },
                        other => early.extend(other),
                    }
                }
            }
        }
    }

    /// Races on the files that a user gave.
    pub(super) async fn load_given(&mut self, files: &JsValue) {
        match download::given(&self.source, files).await {
            Ok(loaded) => {
                self.source.stop();
                self.take(loaded).await;
            }
            Err(error) => self.fail(error.words()),
        }
    }

    /// Fetches MNIST while the race goes on.
    pub(super) fn fetch(&self) {
        let (source, scope, itself) = (Rc::clone(&self.source), self.scope.clone(), self.itself.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let fetched = download::fetched(&source, scope).await;
            // The receiver lives as long as the worker.
            drop(itself.unbounded_send(Command::Fetched(fetched)));
        });
    }

    /// Races on what was fetched, unless there is other data by now or it failed.
    pub(super) async fn take_fetched(&mut self, fetched: Result<Loaded, LoadError>) {
        match fetched {
            _ if self.loaded.notice.is_none() => {}
            Ok(loaded) => self.take(loaded).await,
            Err(error) => {
                self.fail(error.words());
                self.report_data();
            }
        }
    }

    /// Races on other data, from the start.
    async fn take(&mut self, loaded: Loaded) {
        self.loaded = loaded;
        self.race = None;
        self.report_data();
        self.restart().await;
    }

    pub(super) fn report_data(&self) {
        let Loaded { dataset, name, notice } = &self.loaded;
        self.report(&Report::Data {
            name: (*name).into(),
            notice: notice.clone(),
            train: dataset.train().count(),
            test: dataset.test().count(),
            fingerprint: dataset.fingerprint(),
        });
    }
}
