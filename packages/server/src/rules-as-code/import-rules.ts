import type { z } from 'zod'
import type { Proposal } from '../rules/proposal-json.ts'
import type { RulesDocument } from '../rules-document/rules-document.ts'
import type { savedRulesReply } from '../rules-document/rules-document-routes.ts'
import { diffList } from './diff-rules.ts'
import type { RemoteRules } from './load-remote-rules.ts'
import type { ManagementClient } from './management-client.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileList } from './rules-file.ts'

export interface ImportOptions {
  message?: string | undefined
  /** Reports what would change and which tests fail, and changes nothing. */
  dryRun?: boolean | undefined
  /** Saves also a change that breaks a test. */
  ignoreFailingTests?: boolean | undefined
}

export type ImportedRules = z.infer<typeof savedRulesReply>

/** What becomes of an import where an action requires approval. */
export type ProposedRules = Pick<Proposal, 'proposalId' | 'actionCodes'>

/**
 * Imports files into a server, on top of the versions that were read: all of it, or nothing when one part is refused. A second import of the same files
 * changes nothing; whatever the files do not mention stays as it is. Where an action requires approval, all of it becomes a proposal.
 */
export function importRules(
  client: ManagementClient,
  files: RulesFiles,
  remote: RemoteRules,
  { message, dryRun, ignoreFailingTests }: ImportOptions,
): Promise<ImportedRules | ProposedRules> {
  const document: RulesDocument = {
    dataPoints: [...files.dataPoints.values()],
    // Lists may be long, so unchanged ones are not sent.
    lists: [...files.lists]
      .filter(([alias, list]) => differs(alias, remote, list))
      .map(([alias, list]) => toDocumentList(alias, list, remote)),
    features: [...files.features.values()],
    actions: files.actions.map(({ actionCode, policy, settings, tests }) => ({
      actionCode,
      ...policy,
      settings,
      tests,
      expectedPolicyVersion: remote.versions.get(actionCode) ?? 0,
    })),
    message,
  }
  const query = new URLSearchParams()
  if (dryRun === true) query.set('dryRun', 'true')
  if (ignoreFailingTests === true) query.set('ignoreFailingTests', 'true')
  if (dryRun !== true) query.set('propose', 'true')
  return client.send('PUT', `/rules?${query}`, document)
}

function differs(alias: string, remote: RemoteRules, list: FileList): boolean {
  return diffList(alias, remote.lists.get(alias), list) !== undefined
}

function toDocumentList(
  alias: string,
  { name, itemType, isActive, items }: FileList,
  remote: RemoteRules,
): NonNullable<RulesDocument['lists']>[number] {
  return { name, alias, itemType, isActive, valueListItems: items, expectedVersion: remote.listVersions.get(alias) ?? 0 }
}
