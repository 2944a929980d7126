import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import type { DataSetStatus, IpIntelligence } from '../ip/ip-intelligence.ts'

/** Who is to be named where the data are shown. */
export const attribution = z
  .object({ text: z.string(), url: z.string().optional() })
  .meta({ description: 'Show it, with the link, wherever facts from the data set are shown.' })

/** The data sets about addresses, as the API shows them. */
export const ipSources = z
  .object({
    sentence: z.string(),
    dataVersion: z.string(),
    dataSets: z.array(
      z.object({
        name: z.string(),
        facts: z.array(z.string()).meta({ description: 'The facts that it answers.' }),
        origin: z
          .enum(['shipped', 'installed'])
          .optional()
          .meta({ description: 'Of a list: whether it came with the release or was installed. Absent: not a list.' }),
        state: z.enum(['current', 'stale', 'absent', 'broken']).meta({
          description:
            '`stale`: an address on it still counts as listed, but one that is not on it no longer counts as unlisted. `broken`: it cannot be read; `sallyport doctor` says why.',
        }),
        dataDate: z.string().optional().meta({ description: 'Day of the data, `YYYY-MM-DD`. Absent: not installed, or not readable.' }),
        ageDays: z.number().optional(),
        staleAfterDays: z.number(),
        entries: z.number().optional().meta({ description: 'Ranges or records in use. Absent: not counted.' }),
        source: z.string(),
        licence: z.string().optional(),
        attribution: attribution.optional(),
        remedy: z.string().optional().meta({ description: 'What installs or updates it, where it is not current.' }),
      }),
    ),
  })
  .meta({ id: 'IpSources' })

/** Every data set with its age, its state and its licence. Files of the operator are not named. */
export function describeSources(ip: Pick<IpIntelligence, 'dataSets' | 'dataVersion'>): z.infer<typeof ipSources> {
  const all = ip.dataSets()
  return {
    sentence: sentenceOf(all),
    dataVersion: ip.dataVersion,
    dataSets: all.map(
      ({ name, facts, origin, state, dataDate, ageDays, staleAfterDays, entries, source, licence, attribution, remedy }) => ({
        name,
        facts,
        origin,
        state,
        dataDate: dataDate === null ? undefined : toIso(dataDate).slice(0, 10),
        ageDays: ageDays ?? undefined,
        staleAfterDays,
        entries: entries > 0 ? entries : undefined,
        source: sourceOf({ name, source, attribution }),
        licence: licence === '' ? undefined : licence,
        attribution,
        remedy: state === 'current' ? undefined : remedy,
      }),
    ),
  }
}

/** Where the data come from, without a path of the server. */
export function sourceOf({ name, source, attribution }: Pick<DataSetStatus, 'name' | 'source' | 'attribution'>): string {
  return name === 'city' && attribution === undefined ? 'a file of the operator' : source
}

function sentenceOf(all: readonly DataSetStatus[]): string {
  const named = (state: DataSetStatus['state']) => all.filter((dataSet) => dataSet.state === state).map(({ name }) => name)
  const current = named('current').length
  const parts = (['stale', 'absent', 'broken'] as const).flatMap((state) => {
    const names = named(state)
    return names.length === 0 ? [] : [`${state}: ${names.join(', ')}`]
  })
  if (parts.length === 0) return `All ${current} data sets are current.`
  return `${current} of ${all.length} data sets are current; ${parts.join('; ')}.`
}
