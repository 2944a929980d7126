export type { PopulationCounter } from './count-population.ts'
export { createPopulationCounter } from './count-population.ts'
export type { AcceptedSample, LevelStatistics, PopulationStatistics } from './population.ts'
export { emptyPopulation } from './population.ts'
