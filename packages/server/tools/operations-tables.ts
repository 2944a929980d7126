import { remoteSettings, settings } from '../src/config.ts'
import { createMetrics } from '../src/metrics/metrics.ts'

/** The tables of `docs/operations.md` that come from the code, by the name of their place. */
export async function operationsTables(): Promise<Record<string, string>> {
  return {
    settings: settingsTable(),
    metrics: metricsTable(
      await createMetrics({
        dataSets: () => [],
        kindOf: String,
        feedStates: () => new Map(),
        backupAgeMs: () => null,
        readSideLagMs: async () => 0,
      }).render(),
    ),
  }
}

/** Fills every table into the page, between its markers `<!-- name -->` and `<!-- /name -->`. Throws when a place is missing. */
export function fillTables(page: string, tables: Readonly<Record<string, string>>): string {
  let filled = page
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
    const [from, to] = [filled.indexOf(begin), filled.indexOf(end)]
    if (from === -1 || to < from) throw new Error(`the page has no place for ${name}: ${begin} … ${end}`)
    filled = `${filled.slice(0, from + begin.length)}\n${table}\n${filled.slice(to)}`
  }
  return filled
}

function settingsTable(): string {
  const rows = [...settings, ...remoteSettings].map(({ variable, flag, help }) => `| \`${variable}\` | \`--${flag}\` | ${help} |`)
  return ['| variable | flag | meaning and default |', '|---|---|---|', ...rows].join('\n')
}

/** Lists our own metrics. Those of Node.js and the process are prom-client's defaults. */
function metricsTable(exposition: string): string {
  const types = new Map([...exposition.matchAll(/^# TYPE (sallyport_\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]))
  const rows = [...exposition.matchAll(/^# HELP (sallyport_\S+) (.+)$/gm)].map(
    ([, name, help]) => `| \`${name}\` | ${types.get(name)} | ${help} |`,
  )
  return ['| metric | type | meaning |', '|---|---|---|', ...rows].join('\n')
}
