import { checkAction } from '../rules-as-code/check-action.ts'
import { currentPolicy, diffAction, diffShared, sharedConflicts } from '../rules-as-code/diff-rules.ts'
import { loadRemoteRules } from '../rules-as-code/load-remote-rules.ts'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { readRulesFiles } from '../rules-as-code/read-rules-files.ts'
import { worldOf } from '../rules-as-code/rules-world.ts'
import { CommandError, print } from './command-file.ts'

/** The changes an import would make. */
export type RulesPlan = Awaited<ReturnType<typeof planRules>>

/** Plans the changes that bring a server to the state of files, for the named actions or for all. Changes nothing. */
export async function planRules(paths: readonly string[], client: ManagementClient, only?: readonly string[]) {
  const files = readRulesFiles(paths)
  const remote = await loadRemoteRules(client)
  const world = worldOf(files, remote)
  const actions = files.actions
    .filter(({ actionCode }) => only?.includes(actionCode) ?? true)
    .map((action) => {
      const was = remote.actions.find(({ actionCode }) => actionCode === action.actionCode)
      const checked = checkAction(world, action, was && currentPolicy(was))
      return { action, checked, sentences: diffAction(world, checked, remote) }
    })
  return { files, remote, world, shared: diffShared(files, remote), conflicts: sharedConflicts(files, remote), actions }
}

/** Throws one refusal that lists everything that could not be saved. */
export function refuseProblems({ actions, conflicts }: RulesPlan): void {
  const problems = actions.flatMap(({ action, checked }) =>
    checked.problem === undefined ? [] : [`${action.actionCode}: ${checked.problem}`],
  )
  if (problems.length + conflicts.length > 0) throw new CommandError([...conflicts, ...problems].join('\n'))
}

/** Prints the sentences under their subjects. Returns the number of sentences. */
export function printPlan({ shared, actions }: RulesPlan): number {
  const groups = [
    { title: 'Shared', sentences: shared },
    ...actions.map(({ action, sentences }) => ({ title: action.actionCode, sentences })),
  ].filter(({ sentences }) => sentences.length > 0)
  for (const { title, sentences } of groups) {
    print(title)
    for (const sentence of sentences) print(`  ${sentence}`)
  }
  if (groups.length === 0) print('Nothing to change.')
  return groups.length
}
