import type { Section } from '../row.ts'
import type { AttackOutcome } from './attack-outcome.ts'
import { type AttackerName, attackerNames, attackers } from './attackers/attackers.ts'
import { type Asked, settledFriction } from './friction.ts'
import { situations } from './plan-transfers.ts'
import type { TrustOutcome } from './simulate-trust.ts'

/** What came of the same bank under each policy. */
export type ByPolicy = Readonly<Record<'article' | 'recommended', TrustOutcome>>

export function attackSection({ article, recommended }: ByPolicy): Section {
  return {
    title: 'What attackers got',
    text: '*Taken* is a transfer that was allowed without a challenge. The last two columns are the sum of transfers of up to 2,000 that were taken from a victim, on average.',
    table: {
      head: [
        'attacker',
        'victims',
        'tries over 2,000',
        'taken, article',
        'taken, recommended',
        'small ones, article',
        'small ones, recommended',
      ],
      rows: attackerNames.map((name) => {
        const [own, other] = [article.attacks[name], recommended.attacks[name]]
        return [
          attackers[name].title,
          count(own.length),
          `${count(sum(own, 'triesOver'))}, ${count(sum(other, 'triesOver'))}`,
          takenOver(own),
          takenOver(other),
          perVictim(own),
          perVictim(other),
        ]
      }),
    },
  }
}

function takenOver(attacks: readonly AttackOutcome[]): string {
  const taken = sum(attacks, 'unchallengedOver')
  return taken === 0 ? '**0**' : `**${count(taken)}** from ${count(attacks.filter(({ unchallengedOver }) => unchallengedOver > 0).length)}`
}

function perVictim(attacks: readonly AttackOutcome[]): string {
  return count(sum(attacks, 'sumUpTo') / Math.max(1, attacks.length))
}

export function learningSection({ attacks }: TrustOutcome): Section {
  return {
    title: 'What the profile learned from attackers',
    text: 'Under rules that ask only for what is new: over 2,000 from a new device, or with a `risk.score` from 30. Everything small is allowed, so that attackers can repeat it. Scores are medians over the victims; the last three columns count victims.',
    table: {
      head: ['attacker', 'victims', '`risk.score` at first', 'lowest', 'device not new', 'address recognised', 'taken over 2,000'],
      rows: attackerNames.map((name) => {
        const own = attacks[name]
        return [
          attackers[name].title,
          count(own.length),
          score(own, 'firstScore'),
          score(own, 'lowestScore'),
          count(own.filter(({ wasKnownDevice }) => wasKnownDevice).length),
          count(own.filter(({ wasRecognisedAddress }) => wasRecognisedAddress).length),
          count(own.filter(({ unchallengedOver }) => unchallengedOver > 0).length),
        ]
      }),
    },
  }
}

function score(attacks: readonly AttackOutcome[], which: 'firstScore' | 'lowestScore'): string {
  const scores = attacks.flatMap((attack) => attack[which] ?? []).sort((a, b) => a - b)
  return String(Math.round(scores[Math.floor(scores.length / 2)] ?? 0))
}

export function frictionSection({ article, recommended }: ByPolicy): Section {
  const row = (name: string, own: Asked, other: Asked) => [name, count(own.transfers), askedOf(own), askedOf(other)]
  return {
    title: 'How often real users are asked',
    text: `By what was going on, after the second week of each user. In each cell: how many transfers were challenged, of these how many over 2,000.`,
    table: {
      head: ['where and what', 'transfers', 'article', 'recommended'],
      rows: [
        ...situations.map((name) => row(name, article.friction.bySituation[name], recommended.friction.bySituation[name])),
        row('**all**', settledFriction(article.friction), settledFriction(recommended.friction)),
        row('the first two weeks', article.friction.early, recommended.friction.early),
      ],
    },
  }
}

function askedOf({ transfers, asked, askedOver }: Asked): string {
  return asked === 0 ? '0' : `${count(asked)} (${count(askedOver)}), 1 in ${(transfers / asked).toFixed(1)}`
}

export function rulesSection({ article, recommended }: ByPolicy): Section {
  const rows = Object.entries({ article, recommended }).flatMap(([policy, { friction }]) => {
    const { byRule, transfers } = settledFriction(friction)
    return [...byRule].sort((a, b) => b[1] - a[1]).map(([rule, times]) => [policy, rule, count(times), `1 in ${count(transfers / times)}`])
  })
  return { title: 'Which rule asked them', table: { head: ['policy', 'rule', 'times', ''], rows } }
}

/** What the attackers with the victim's device id get when it is text, and when it is made of a key. */
export function signedSection(byIds: ReadonlyMap<string, { recommended: TrustOutcome; novelty: TrustOutcome }>): Section {
  const names = ['copyDeviceId', 'shareWifi'] as const
  return {
    title: 'The same with signed device ids',
    text: 'The recommended policy, and the one that asks only for what is new. *Used by malware*: the attacker also makes the browser of the victim sign.',
    table: {
      head: [
        'attacker',
        'device ids',
        'taken over 2,000, recommended',
        'small ones, recommended',
        'device not new',
        'taken over 2,000, novelty',
        'users asked, recommended',
      ],
      rows: names.flatMap((name) =>
        [...byIds].map(([ids, { recommended, novelty }]) => {
          const { transfers, asked } = settledFriction(recommended.friction)
          const [own, other] = [recommended.attacks[name], novelty.attacks[name]]
          return [
            attackers[name].title,
            ids,
            takenOver(own),
            perVictim(own),
            count(other.filter(({ wasKnownDevice }) => wasKnownDevice).length),
            takenOver(other),
            `1 in ${(transfers / asked).toFixed(1)}`,
          ]
        }),
      ),
    },
  }
}

export function seedsSection(runs: ReadonlyMap<string, ByPolicy>): Section {
  return {
    title: 'The same with other people',
    text: 'Each seed is another bank with other customers and other attackers.',
    table: {
      head: [
        'seed',
        'policy',
        'taken over 2,000 by the first five',
        'with the device id',
        'on the same Wi-Fi',
        'asked',
        'asked, apart from transfers through a VPN',
      ],
      rows: [...[...runs].map(([seed, run]) => [seed, [run]] as const), ['all together', [...runs.values()]] as const].flatMap(
        ([seed, banks]) =>
          (['article', 'recommended'] as const).map((policy) => {
            const outcomes = banks.map((bank) => bank[policy])
            const takenBy = (names: readonly AttackerName[]) =>
              count(
                names.reduce((all, name) => all + outcomes.reduce((some, one) => some + sum(one.attacks[name], 'unchallengedOver'), 0), 0),
              )
            const settled = outcomes.map(({ friction }) => settledFriction(friction))
            const ofVpn = outcomes.map(({ friction }) => friction.bySituation.VPN)
            const [transfers, asked] = [total(settled, 'transfers'), total(settled, 'asked')]
            return [
              seed,
              policy,
              takenBy(attackerNames.slice(0, 5)),
              takenBy(['copyDeviceId']),
              takenBy(['shareWifi']),
              `1 in ${(transfers / asked).toFixed(1)}`,
              `1 in ${((transfers - total(ofVpn, 'transfers')) / (asked - total(ofVpn, 'asked'))).toFixed(1)}`,
            ]
          }),
      ),
    },
  }
}

function total(all: readonly Asked[], which: 'transfers' | 'asked'): number {
  return all.reduce((sofar, one) => sofar + one[which], 0)
}

function sum(attacks: readonly AttackOutcome[], which: 'tries' | 'triesOver' | 'unchallengedOver' | 'sumUpTo'): number {
  return attacks.reduce((total, attack) => total + attack[which], 0)
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}
