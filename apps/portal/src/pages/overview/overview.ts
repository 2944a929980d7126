import type { components } from '../../../generated/api-types.ts'

/** A range of time at a glance, as the API draws it. */
export type Overview = components['schemas']['Overview']
