import { z } from 'zod'

const moment = z.string().meta({ description: 'ISO 8601.' })
const lastSeenOn = z.string().meta({ description: 'Day (UTC) of the last action that ended well, `YYYY-MM-DD`.' })
const timesSeen = z.number().meta({ description: 'Actions that ended well with it.' })
const challenge = moment.optional().meta({ description: 'Absent: no challenge was passed.' })
const sentence = z.string().meta({ description: 'The same in words.' })

const proof = z
  .object({
    by: z.array(z.enum(['challenge', 'first_days', 'company', 'earlier'])).meta({
      description:
        '`challenge`: one was passed with it; `first_days`: it came in the first days of the account; `company`: it came beside something proven; `earlier`: a release remembered it that took every action that ended well for a proof.',
    }),
    times: z.number().meta({ description: 'Actions that ended well and count as proven.' }),
    days: z.number().meta({ description: 'Days (UTC) with such an action.' }),
    lastAt: moment,
    companion: z.string().optional().meta({ description: 'The device or address that last vouched for it.' }),
  })
  .optional()
  .meta({ description: 'Why it is known. Absent: it is only seen, and still new to rules and to the score.' })

const usualAddress = z.object({
  address: z.string().meta({ description: 'An IPv6 address is remembered as its /64.' }),
  standing: z.enum(['trusted', 'proven', 'known', 'seen']).meta({
    description:
      '`trusted` for this user now; `proven`: a challenge was passed from it in the last 180 days; `known`: something else vouched for it, as `proof` says; `seen`: actions from it were only allowed or approved, and it is still new.',
  }),
  proof,
  sentence,
  firstSeenAt: moment,
  lastSeenAt: moment,
  timesSeen,
  days: z.number().meta({ description: 'Days (UTC) with a proven action that counts towards trust.' }),
  lastChallengeAt: challenge,
  lastPhishingResistantAt: challenge,
  strength: z.number().meta({ description: 'Trust gathered, 0 to 1, faded to this moment: half is left after 30 days without a success.' }),
  trustedUntil: moment.optional().meta({ description: 'When the trust ends if the user does not come back. Only of a trusted address.' }),
  hidesUser: z
    .boolean()
    .meta({ description: 'Private, anonymous, of a hosting network or of a relay each time: it never becomes trusted.' }),
  now: z
    .object({
      countryCode: z.string().optional(),
      asn: z.number().optional(),
      asnName: z.string().optional(),
      isPrivate: z.boolean().optional(),
      isAnonymous: z.boolean().optional(),
    })
    .meta({ description: 'What the data sets say about it today. A fact that they do not know is absent.' }),
})

const usualDevice = z.object({
  deviceId: z.string().optional().meta({ description: 'Absent: the device is not among the 50 newest on record.' }),
  standing: z.enum(['proven', 'known', 'seen']).meta({
    description:
      '`proven`: a challenge was passed with it in the last 180 days. It is trusted only with the same browser and system. `known`: something else vouched for it, as `proof` says; `seen`: it is still new.',
  }),
  proof,
  sentence,
  browser: z.string().optional(),
  os: z.string().optional(),
  firstSeenAt: moment,
  lastSeenAt: moment,
  timesSeen,
  lastChallengeAt: challenge,
  isInvalidated: z.boolean().meta({ description: 'It was invalidated, and used again afterwards.' }),
})

const named = z.object({ name: z.string(), timesSeen, lastSeenOn })

/** What is usual for a user, as the API shows it. */
export const userProfile = z
  .object({
    userId: z.string(),
    at: moment.meta({ description: 'The moment to which everything that fades is taken.' }),
    sentence,
    restsOn: z
      .object({ actions: z.number(), challengesPassed: z.number() })
      .meta({ description: 'At least so many actions that ended well: those that were forgotten since are not counted.' }),
    lastActionAt: moment.optional().meta({ description: 'The last action that was tracked, however it ended.' }),
    addresses: z.array(usualAddress).meta({ description: 'At most 16, most recent first, as all lists here.' }),
    networks: z
      .array(z.object({ network: z.string(), timesSeen, lastSeenOn }))
      .meta({ description: 'The /24 or /48 around addresses. At most 12.' }),
    asns: z.array(z.object({ asn: z.number(), name: z.string().optional(), timesSeen, lastSeenOn })).meta({ description: 'At most 12.' }),
    countries: z.array(z.object({ countryCode: z.string(), timesSeen, lastSeenOn })).meta({ description: 'At most 12.' }),
    places: z
      .array(z.object({ latitude: z.number(), longitude: z.number(), timesSeen, lastSeenOn }))
      .meta({ description: 'Degrees to one decimal; at most 8. Empty where no city data set is installed.' }),
    devices: z.array(usualDevice).meta({ description: 'At most 12.' }),
    browsers: z.array(named).meta({ description: 'At most 8.' }),
    systems: z.array(named).meta({ description: 'At most 6.' }),
    hours: z.object({
      counts: z
        .array(z.number())
        .meta({ description: 'How often the user was active in each of the 24 hours of their day. Days of the week are not learnt.' }),
      isUnusual: z
        .array(z.boolean())
        .nullable()
        .meta({ description: 'Whether an action in that hour would be unusual. `null`: too little is known.' }),
      timeZone: z
        .string()
        .optional()
        .meta({ description: 'Of the last known place. Absent: hours are those of UTC, or of the place at the time.' }),
    }),
  })
  .meta({ id: 'UserProfile' })

export type UserProfile = z.infer<typeof userProfile>
