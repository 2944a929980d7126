import type { Command } from 'commander'
import { addSettings, configOf, print } from './command-file.ts'

/** `doctor`: checks everything a server needs, and says what is wrong and how to fix it. Exit code 1 when a check fails. */
export function addDoctor(program: Command): void {
  addSettings(program.command('doctor').description('check configuration, store, keys and IP data')).action(
    async (options: Record<string, unknown>) => {
      const { findProblems } = await import('./find-problems.ts')
      const findings = await findProblems(configOf(options))
      const signs = { ok: 'ok  ', warning: 'note', failure: 'FAIL' }
      for (const { level, text } of findings) print(`${signs[level]}  ${text}`)
      process.exitCode = findings.some(({ level }) => level === 'failure') ? 1 : 0
    },
  )
}
