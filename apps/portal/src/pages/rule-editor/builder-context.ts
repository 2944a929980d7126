import type { JsonValue } from '@sallyport/engine/facts'
import { createContext, useContext } from 'react'
import type { RuleProblem } from '../../rule-tree/find-problems.ts'
import type { Path } from '../../rule-tree/json-place.ts'
import type { Recent, World } from './read-world.ts'

/** What every part of the builder needs. */
export interface Builder {
  conditions: JsonValue | undefined
  /** `focus`: the part to go on with. */
  change(conditions: JsonValue, how?: { kind?: string; focus?: Path }): void
  world: World
  recent: Recent | undefined
  problems: readonly RuleProblem[]
  /** The part whose recent values are shown. */
  opened: string | undefined
  open(key: string | undefined): void
}

export const BuilderContext = createContext<Builder | undefined>(undefined)

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext)
  if (builder === undefined) throw new Error('a part of the builder stands outside of it')
  return builder
}
