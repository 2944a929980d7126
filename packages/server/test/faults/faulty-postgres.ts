import pg from 'pg'
import type { FaultSwitch } from './fault-switch.ts'

/**
 * `cut`: the connection breaks before the statement is sent. `unanswered`: it breaks after the statement was run and before its answer is there.
 * `disk_full`, `serialization_failure`: the server refuses it, with that reason.
 */
export type PostgresFault = 'cut' | 'unanswered' | 'disk_full' | 'serialization_failure'

type Query = (this: pg.Client, ...given: unknown[]) => Promise<unknown>
type WithStream = pg.Client & { connection: { stream: { destroy(): void } } }

/** Puts a switch beneath every store of this process: whatever `pg` is told to run can be made to fail. Returns what takes it out again. */
export function breakPostgres(faults: FaultSwitch<PostgresFault>): () => void {
  const client = pg.Client.prototype as unknown as { query: Query }
  const original = client.query

  async function fail(on: pg.Client, fault: PostgresFault, given: unknown[]): Promise<unknown> {
    if (fault === 'disk_full' || fault === 'serialization_failure') {
      return original.call(on, `DO $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '${fault}'; END $$`)
    }
    if (fault === 'unanswered') await original.apply(on, given)
    const { stream } = (on as WithStream).connection
    stream.destroy()
    // `pg` itself reports a connection that is gone.
    return original.call(on, 'SELECT 1')
  }

  client.query = function query(...given) {
    // A call that takes a callback is made by `pg` itself. Folding is no request's: it has a connection of its own.
    const isExempt = given.some((one) => typeof one === 'function') || isFolding(this)
    const fault = isExempt ? undefined : faults.strike()
    return fault === undefined ? original.apply(this, given) : fail(this, fault, given)
  }
  return () => {
    client.query = original
  }
}

/** A connection of the background of the read side. */
function isFolding(client: pg.Client): boolean {
  const { connectionParameters } = client as unknown as { connectionParameters: { application_name?: string } }
  return connectionParameters.application_name === 'sallyport read side'
}
