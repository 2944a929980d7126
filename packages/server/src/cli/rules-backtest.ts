import type { Command } from 'commander'
import { addRemoteSettings, print } from './command-file.ts'

interface BacktestOptions {
  action?: string[]
  from?: string
  to?: string
  json?: boolean
}

/** `rules backtest`: tries the rules of files on a server's history. */
export function addRulesBacktest(rules: Command): void {
  addRemoteSettings(rules.command('backtest <paths...>').description('try the rules of files on the history of a server'))
    .option('--action <code...>', 'these actions only')
    .option('--from <time>', 'ISO 8601; 30 days before the end when absent')
    .option('--to <time>', 'ISO 8601; now when absent')
    .option('--json', 'one JSON object an action')
    .action(async (paths: string[], options: BacktestOptions & Record<string, unknown>) => {
      const { clientOf } = await import('./rules-remote.ts')
      const { planRules, refuseProblems } = await import('./rules-plan.ts')
      const { backtestAction } = await import('../rules-as-code/backtest-action.ts')
      const { summarizeBacktest } = await import('../rules-as-code/summarize-backtest.ts')
      const client = clientOf(options)
      const plan = await planRules(paths, client, options.action)
      refuseProblems(plan)
      for (const { checked } of plan.actions) {
        if (checked.problem !== undefined) continue
        const { from, to } = options
        const result = await backtestAction(client, plan.files, plan.remote, checked.definition, { from, to })
        if (options.json === true) print(JSON.stringify({ action: checked.action.actionCode, ...result }))
        else for (const line of summarizeBacktest(checked.action.actionCode, result)) print(line)
      }
    })
}
