import type { paths } from '../../../generated/api-types.ts'
import type { Definition } from './feature-draft.ts'

type Body = NonNullable<paths['/velocity-features']['post']['requestBody']>['content']['application/json']

/** A definition as the API takes it. */
export function bodyOf({ actions, states, condition, ...rest }: Definition): Body {
  return {
    ...rest,
    ...(actions !== undefined && { actions: [...actions] }),
    ...(states !== undefined && { states: [...states] }),
    ...(condition !== undefined && { condition: condition as NonNullable<Body['condition']> }),
  }
}
