/** Says why a move cannot go on. The operator who asked for it can do something about it. */
export class MoveError extends Error {}

/** The source accepted changes again before the target had everything. */
export class HoldEndedError extends MoveError {
  constructor() {
    super('the server accepted writes again before everything was copied, because they were held for too long')
  }
}
