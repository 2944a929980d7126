import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, Ceremonies, Headers } from './test-ceremony.ts'

/** A request of a page of `docs`, as the page writes it. */
export interface GuideRequest {
  /** The heading of the second level above it. */
  section: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Without `/v1`. */
  path: string
  body: Json | undefined
  /** What the page shows of the reply. */
  reply: Json | undefined
}

type Json = Record<string, unknown>

export interface Guide {
  text: string
  /** Sends the next request of a section. Every member that the page leaves out (`…`) must be given; others may be. */
  follow(client: Ceremonies, section: string, headers: Headers, given?: Json): Promise<Json>
  /** Refuses when a request of the page was not sent. */
  assertFollowed(): void
}

/**
 * Test support: reads the requests of a page of the documentation, so that a test can send them as they stand there. A request is `METHOD /v1/path` in a code
 * block, with its body behind it or below, and with what comes back behind `→`.
 */
export function readGuide(name: string): Guide {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs', name), 'utf8')
  const left = text.split(/^## /m).flatMap(readSection)
  return {
    text,
    async follow(client, section, headers, given = {}) {
      const place = left.findIndex((request) => request.section === section)
      assert.ok(place !== -1, `"${section}" has no further request`)
      const [{ method, path, body, reply = {} }] = left.splice(place, 1) as [GuideRequest]
      const answer: Answer = await client.send(method, path, headers, body && fill(body, given))
      assert.equal(answer.status, 200, `${method} ${path}: ${JSON.stringify(answer.body)}`)
      for (const [member, shown] of Object.entries(reply)) {
        assert.equal(typeof answer.body[member], typeof shown, `${method} ${path} answers with \`${member}\``)
        if (typeof shown === 'boolean') assert.equal(answer.body[member], shown)
      }
      return answer.body
    },
    assertFollowed: () =>
      assert.deepEqual(
        left.map(({ section, method, path }) => `${section}: ${method} ${path}`),
        [],
      ),
  }
}

function readSection(section: string): GuideRequest[] {
  const [heading = ''] = section.split('\n')
  const blocks = [...section.matchAll(/^```(?:http)?\n([\s\S]*?)^```$/gm)]
  return blocks.flatMap(([, block = '']) =>
    [...block.matchAll(/^(GET|POST|PATCH|DELETE) +\/v1(\S+)([\s\S]*?)(?=^(?:GET|POST|PATCH|DELETE) |$(?![\s\S]))/gm)].map(
      ([, method, path, rest = '']) => {
        const [body = '', reply = ''] = rest.split('→')
        return {
          section: heading,
          method: method as GuideRequest['method'],
          path: String(path),
          body: readJson(body, '"…"'),
          reply: readJson(reply, '{}'),
        }
      },
    ),
  )
}

/** `object`: what stands for an object that the page leaves out. */
function readJson(text: string, object: string): Json | undefined {
  return text.trim() === '' ? undefined : JSON.parse(text.replaceAll('{ … }', object))
}

function fill(body: Json, given: Json): Json {
  return Object.fromEntries(
    Object.entries(body).map(([member, value]) => {
      const filled = given[member] ?? value
      assert.ok(!JSON.stringify(filled).includes('…'), `\`${member}\` is left out by the page`)
      return [member, filled]
    }),
  )
}
