import { isDeepStrictEqual } from 'node:util'
import type { PolicyDefinition } from '@sallyport/engine'
import type { z } from 'zod'
import type { backtestResult } from '../backtests/backtest-json.ts'
import { toPolicyDocument } from '../rules-document/policy-document.ts'
import type { RemoteRules } from './load-remote-rules.ts'
import type { ManagementClient } from './management-client.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileList } from './rules-file.ts'

export type BacktestJson = z.infer<typeof backtestResult>

/** Lets a server try a policy on the action's history, with the lists and features of the files that differ from the server's. */
export function backtestAction(
  client: ManagementClient,
  files: RulesFiles,
  remote: RemoteRules,
  policy: PolicyDefinition,
  window: { from?: string; to?: string },
): Promise<BacktestJson> {
  const itemsOf = (list: FileList | undefined) => (list?.isActive ? list.items : [])
  const lists = [...files.lists]
    .filter(([alias, list]) => !isDeepStrictEqual(itemsOf(list), itemsOf(remote.lists.get(alias))))
    .map(([alias, list]) => ({ alias, valueListItems: itemsOf(list) }))
  const features = [...files.features.values()].filter((feature) => !isDeepStrictEqual(feature, remote.features.get(feature.name)))
  const draft = { ...toPolicyDocument(policy), lists, features }
  return client.send('POST', `/action-configurations/${policy.action}/backtests`, { draft, ...window })
}
