/** Runs tasks one after the other; those that would do the same as the one that waits join it. */
export class Queue {
  #running: Promise<unknown> = Promise.resolve();
  #waiting: { readonly name: string; readonly done: Promise<unknown> } | undefined;

  /** Adds a task. A task of the same name that has not begun stands for it. */
  run<T>(name: string, task: () => Promise<T>): Promise<T> {
    if (this.#waiting?.name === name) return this.#waiting.done as Promise<T>;
    const done = this.#running.then(() => {
      if (this.#waiting?.done === done) this.#waiting = undefined;
      return task();
    });
    this.#waiting = { name, done };
    this.#running = done.catch(() => undefined);
    return done;
  }
}
