import type { BacktestJson } from './backtest-action.ts'

const outcomes = ['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'] as const

/** A backtest in a few lines for a terminal. */
export function summarizeBacktest(actionCode: string, result: BacktestJson): string[] {
  const { now, draft, challengesPerDay } = result
  const users = `${result.usersAffectedIsAtLeast ? 'at least ' : ''}${count(result.usersAffected)}`
  return [
    `${actionCode}: ${count(result.instances)} instances from ${result.from.slice(0, 10)} to ${result.to.slice(0, 10)}`,
    `  ${''.padEnd(10)}${'now'.padStart(12)}${'draft'.padStart(12)}`,
    ...outcomes.map((outcome) => row(outcome, count(now.outcomes[outcome]), count(draft.outcomes[outcome]))),
    row('bad caught', share(now.recall), share(draft.recall)),
    row('good stopped', share(now.goodStopped), share(draft.goodStopped)),
    `  ${count(result.changed)} decisions differ, of ${users} users; ${signed(challengesPerDay.extra)} challenges a day.`,
    ...result.rules.map(
      ({ name, mode, matches, unique }) =>
        `  ${name}${mode === 'shadow' ? ' (shadow)' : ''}: ${count(matches)} matches, ${count(unique)} by it alone`,
    ),
    ...result.warnings.map(({ path, message }) => `  note: ${path} ${message}`),
    ...result.notes.map((note) => `  note: ${note}`),
  ]
}

function row(label: string, now: string, draft: string): string {
  return `  ${label.padEnd(12)}${now.padStart(10)}${draft.padStart(12)}`
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

/** `–`: no instance has the label. */
function share(part: number | null): string {
  return part === null ? '–' : `${(part * 100).toFixed(1)} %`
}

function signed(number: number): string {
  return `${number > 0 ? '+' : ''}${number.toFixed(1)}`
}
