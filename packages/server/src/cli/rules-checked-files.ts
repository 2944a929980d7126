import { type CheckedAction, checkAction } from '../rules-as-code/check-action.ts'
import { loadRemoteRules } from '../rules-as-code/load-remote-rules.ts'
import { readRulesFiles } from '../rules-as-code/read-rules-files.ts'
import { type RulesWorld, worldOf } from '../rules-as-code/rules-world.ts'
import { CommandError } from './command-file.ts'
import { findClient } from './rules-remote.ts'

export interface CheckedFiles {
  world: RulesWorld
  actions: { checked: CheckedAction }[]
}

/**
 * Reads the actions of some files and checks them against the declarations in those files, or, if these are not enough, against those of a
 * server. Refuses rules that could not be saved.
 */
export async function checkedFiles(
  paths: readonly string[],
  options: Readonly<Record<string, unknown>> & { action?: string[] },
): Promise<CheckedFiles> {
  const files = readRulesFiles(paths)
  const missing = options.action?.find((code) => !files.actions.some(({ actionCode }) => actionCode === code))
  if (missing !== undefined) throw new CommandError(`there is no action \`${missing}\` in the files`)
  const wanted = files.actions.filter(({ actionCode }) => options.action?.includes(actionCode) ?? true)
  if (wanted.length === 0) throw new CommandError('there is no action in the files')
  const check = (world: RulesWorld): CheckedFiles => ({ world, actions: wanted.map((action) => ({ checked: checkAction(world, action) })) })

  const alone = check(worldOf(files))
  if (problemsOf(alone).length === 0) return alone
  const client = findClient(options)
  const result = client === undefined ? alone : check(worldOf(files, await loadRemoteRules(client, [])))
  const problems = problemsOf(result)
  if (problems.length === 0) return result
  const hint = client === undefined ? '\nTo use definitions that are not in the files, name a server with --url and --management-key.' : ''
  throw new CommandError(problems.join('\n') + hint)
}

function problemsOf({ actions }: CheckedFiles): string[] {
  return actions.flatMap(({ checked }) => (checked.problem === undefined ? [] : [`${checked.action.actionCode}: ${checked.problem}`]))
}
