import type { Migration } from './migration.ts'

/** The smallest and the largest number that a data point may have; NULL: any. */
export const dataPointBounds: Migration = {
  number: 10,
  name: 'data point bounds',
  portable: ['ALTER TABLE custom_data_points ADD COLUMN minimum FLOAT8', 'ALTER TABLE custom_data_points ADD COLUMN maximum FLOAT8'],
  sqlite: [],
  postgres: [],
}
