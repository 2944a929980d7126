import { type Command, Option } from 'commander'
import { addRemoteSettings, isOutputClosed, print } from './command-file.ts'
import { eventPath } from './event-path.ts'
import { parseLimit } from './parse-limit.ts'
import { printRecords } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

type Options = Record<string, unknown>

interface WaitingReview {
  userId: string
  action: string
  idempotencyKey: string
  createdAt: string
  sentence: string
  claim?: { actor: { name?: string; id?: string; kind: string }; expiresAt: string }
}

const pageSize = 100

/** `review`: the actions that wait for a person, on a running server. */
export function addReview(program: Command): void {
  const review = program.command('review').description('list, claim, approve and reject actions that wait for a review on a running server')
  const add = (usage: string, text: string) => addRemoteSettings(review.command(usage).description(text))

  add('list', 'list the actions that wait for a review')
    .addOption(new Option('--order <order>', 'which come first').choices(['oldest', 'newest']).default('oldest'))
    .option('--limit <number>', 'at most this many', parseLimit, 100)
    .option('--json', 'one JSON object per line')
    .action(async (options: Options & { limit: number }) => {
      const client = clientOf(options)
      let left = options.limit
      let cursor: string | undefined
      do {
        const query = new URLSearchParams({ order: String(options.order), limit: String(Math.min(left, pageSize)) })
        if (cursor !== undefined) query.set('cursor', cursor)
        const page = await client.get<{ reviews: WaitingReview[]; cursor?: string }>(`/reviews?${query}`)
        const isTable = process.stdout.isTTY && options.json !== true
        printRecords(isTable ? page.reviews.map(toLine) : page.reviews.map((one) => ({ ...one })), { json: options.json === true })
        left -= page.reviews.length
        cursor = page.cursor
      } while (left > 0 && cursor !== undefined && !isOutputClosed())
    })

  add('claim <userId> <action> <idempotencyKey>', 'keep an action for yourself for ten minutes, or for ten more').action(
    async (userId: string, action: string, idempotencyKey: string, options: Options) => {
      const { expiresAt } = await clientOf(options).send<{ expiresAt: string }>(
        'POST',
        `${eventPath(userId, action, idempotencyKey)}/claim`,
        {},
      )
      print(`Claimed ${action} ${idempotencyKey} of ${userId} until ${expiresAt}.`)
    },
  )

  add('release <userId> <action> <idempotencyKey>', 'let others review an action that you have claimed').action(
    async (userId: string, action: string, idempotencyKey: string, options: Options) => {
      await clientOf(options).send('DELETE', `${eventPath(userId, action, idempotencyKey)}/claim`)
      print(`Released ${action} ${idempotencyKey} of ${userId}.`)
    },
  )

  for (const [verb, state, done] of [
    ['approve', 'REVIEW_SUCCEEDED', 'Approved'],
    ['reject', 'REVIEW_FAILED', 'Rejected'],
  ] as const) {
    add(`${verb} <userId> <action> <idempotencyKey>`, `${verb} an action that waits for a review`)
      .requiredOption('--reason <text>', 'why; kept with the action and in the audit log')
      .action(async (userId: string, action: string, idempotencyKey: string, options: Options) => {
        await clientOf(options).send('POST', `${eventPath(userId, action, idempotencyKey)}/review`, { state, reason: options.reason })
        print(`${done} ${action} ${idempotencyKey} of ${userId}.`)
      })
  }
}

function toLine({ createdAt, userId, action, idempotencyKey, sentence, claim }: WaitingReview) {
  const { name, id, kind } = claim?.actor ?? {}
  return {
    since: createdAt,
    user: userId,
    action,
    key: idempotencyKey,
    claimedBy: name ?? id ?? kind,
    until: claim?.expiresAt,
    why: sentence,
  }
}
