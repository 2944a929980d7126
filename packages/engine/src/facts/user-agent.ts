import Bowser from 'bowser'
import { saysBot } from './bot-marks.ts'
import type { UserAgentFacts } from './event.ts'
import { type Known, NOT_PROVIDED } from './missing.ts'

/** Longer texts are cut: browsers do not differ after this length, and no parser has to read more. */
const maxLength = 512

const deviceTypes = ['desktop', 'mobile', 'tablet', 'tv', 'bot'] as const

/**
 * Reads a user agent. Never throws. Whatever the text does not say is missing, never guessed. Apps, and the browsers inside apps, are used by
 * people: they are no bots.
 */
export function parseUserAgent(text: string): UserAgentFacts {
  const raw = text.length > maxLength ? text.slice(0, maxLength) : text
  const { browser, os, platform } = parse(raw)
  const isBot = platform.type === 'bot' || saysBot(raw)
  return {
    raw,
    browserName: given(browser.name),
    browserVersion: given(browser.version?.split('.', 1)[0]),
    osName: given(os.name),
    osVersion: given(os.versionName ?? os.version),
    deviceType: isBot ? 'bot' : (deviceTypes.find((type) => type === platform.type) ?? NOT_PROVIDED),
    isBot,
  }
}

function parse(raw: string): Bowser.Parser.ParsedResult {
  const nothing = { browser: {}, os: {}, platform: {}, engine: {} }
  // A text of an app's own fields only: bowser would take the fields for the name of a browser.
  if (raw.trim() === '' || raw.startsWith('[')) return nothing
  try {
    return Bowser.parse(raw)
  } catch {
    // bowser throws on text that it cannot parse.
    return nothing
  }
}

function given(value: string | undefined): Known<string> {
  return value === undefined || value === '' ? NOT_PROVIDED : value
}
