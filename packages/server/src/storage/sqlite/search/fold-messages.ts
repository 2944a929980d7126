/** What the thread that folds is told. */
export type FoldRequest =
  /** Fold what is on disk. `id` comes back with the answer. */
  | { type: 'fold'; id: number; isUrgent: boolean }
  /** Somebody found the file damaged: make it again. */
  | { type: 'remake' }
  | { type: 'stop' }

/** What it tells. */
export type FoldAnswer =
  /** The file is there and can be read. */
  | { type: 'ready' }
  /** It is a new one, and empty: who has it open opens it again. */
  | { type: 'remade' }
  /** Everything that was on disk when the request came is in the file. */
  | { type: 'folded'; id: number; seq: number; change: number }
  | { type: 'failed'; id: number; message: string }
