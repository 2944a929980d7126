import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import type { DataType } from './guess-type.ts'
import { announce } from './toast.ts'

/** To be called when data points, or what actions require, have changed. */
export function useDataPointsChanged(): () => Promise<unknown> {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [['data-points'], ['actions'], ['warnings'], ['usage', 'dataPoint']].map((queryKey) => client.invalidateQueries({ queryKey })),
    )
}

/** Declares data that arrives with events, so that rules can read it. It can be taken back at once. */
export function useDeclareDataPoint(onDeclared?: (name: string) => void) {
  const changed = useDataPointsChanged()
  return useMutation({
    mutationFn: (point: { name: string; dataType: DataType }) =>
      api.post('/custom-data-points', { body: { ...point, modelType: 'action' } }),
    onSuccess: async ({ id, name }) => {
      await changed()
      announce(`Rules can read custom.${name} from the next event on.`, () =>
        api.delete('/custom-data-points/{id}', { path: { id } }).then(changed),
      )
      onDeclared?.(name)
    },
  })
}
