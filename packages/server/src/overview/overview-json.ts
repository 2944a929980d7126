import { z } from 'zod'
import { outcome } from '../rules/rule-json.ts'
import { warningCodes } from '../warnings/warning.ts'

/** The parameters of `GET events` that find what a number counts. */
const filter = z
  .record(z.string(), z.string())
  .meta({ id: 'EventQuery', description: 'The parameters of `GET events` that find what was counted.' })

/** A number with the events behind it. */
const counted = z.object({ count: z.int(), filter })
/** As `counted`, of what is not counted beyond a bound. */
const atLeast = counted.extend({ isAtLeast: z.boolean().meta({ description: 'There are more than were counted.' }) })

const states = z.record(z.string(), z.int()).meta({ description: 'By state; those that no event has are left out.' })

const bucket = z.object({
  at: z.string(),
  events: z.int(),
  states: states,
  isRunning: z.boolean().optional().meta({ description: 'It has not ended yet.' }),
  usual: z
    .object({ low: z.int(), high: z.int(), weeks: z.int() })
    .optional()
    .meta({ description: 'The fewest and the most events of the same time in the four weeks before. Absent: there is no such week.' }),
  filter,
})

const rule = z.object({
  ruleId: z.string(),
  name: z.string(),
  action: z.string(),
  mode: z.enum(['active', 'shadow']).optional().meta({ description: 'Absent: the rule is no longer in force.' }),
  matched: counted.meta({ description: 'It matched, whether it decided or not.' }),
  decided: z.int().meta({ description: 'It gave the outcome.' }),
  shadow: z.int().meta({ description: 'It would have matched.' }),
  undetermined: z.int(),
  good: counted.meta({ description: 'Of those that matched: labelled good.' }),
  fraud: counted.meta({ description: 'Of those that matched: labelled fraud.' }),
})

const action = z.object({
  action: z.string(),
  events: counted,
  challenged: counted,
  per100: z.number().meta({ description: 'Challenges for each 100 events.' }),
  states,
})

export const attention = z.object({
  code: z.enum([
    'reviews_waiting',
    'spike',
    'rule_covered',
    'rule_never_fired',
    'rule_always_fired',
    'data_set_not_current',
    ...warningCodes,
  ]),
  subject: z.string().meta({ description: 'The rule, data set, attribute or action that it is about.' }),
  sentence: z.string(),
  lastAt: z.string().optional().meta({ description: 'When it was last seen. Absent: it is the case now.' }),
  filter: filter.optional().meta({ description: 'Absent: no event is behind it.' }),
})

export const overview = z
  .object({
    sentence: z.string().meta({ description: 'What is the case, and whether it is usual.' }),
    from: z.string().meta({ description: 'The bounds, taken to whole buckets.' }),
    to: z.string(),
    bucket: z.enum(['hour', 'day']),
    events: counted,
    states: z.record(z.string(), counted),
    series: z.array(bucket),
    challenges: z
      .object({
        asked: counted,
        passed: counted,
        failed: counted,
        abandoned: counted.meta({ description: 'Not answered while the challenge could be.' }),
        waiting: atLeast.meta({ description: 'Not answered yet, and still can be.' }),
        per100: z.number().meta({ description: 'Challenges for each 100 events.' }),
        people: z
          .object({
            count: z.int(),
            of: z.int(),
            isAtLeast: z.boolean(),
            users: z
              .array(z.object({ userId: z.string(), challenges: counted }))
              .meta({ description: 'Those who were asked most often, at most 20.' }),
          })
          .meta({
            description:
              'The users behind the latest `of` challenges that were asked, at most 200. `isAtLeast`: there were more challenges, and nothing here counts them.',
          }),
      })
      .meta({ description: 'Counted by the present state of each event.' }),
    actions: z.array(action),
    rules: z.array(rule).meta({ description: 'The rules that matched most, at most 50.' }),
    reasons: z
      .array(
        z.object({
          action: z.string(),
          outcome,
          rule: z
            .object({ ruleId: z.string(), name: z.string() })
            .optional()
            .meta({ description: 'Absent: the default outcome of the action.' }),
          events: counted,
        }),
      )
      .meta({ description: 'What decided most of the events that were not allowed, at most 10, by the hourly counts of the whole range.' }),
    countries: z.array(counted.extend({ country: z.string().nullable() })).meta({ description: 'Those with most events first.' }),
    reviews: z
      .object({ waiting: atLeast, oldestAt: z.string().optional() })
      .meta({ description: 'All that wait, whenever they were tracked.' }),
    disputes: atLeast,
    labels: z.object({ good: counted, fraud: counted }),
    attention: z.array(attention),
  })
  .meta({ id: 'Overview' })

export type Overview = z.infer<typeof overview>
