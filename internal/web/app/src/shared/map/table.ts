import { graphql } from '@/shared/api/graphql.ts'

// mapTables ask for the points of a map as rows. They are not called nodes there, because the
// server takes nodes for those of a page, of which there may be more.
export const mapTables = {
  positionMap: graphql(`query PositionMapTable($position: String!, $employee: String) {
    positionMap(position: $position, employee: $employee) {
      points: nodes { knowledgePoint { code name competency { name } } required critical status mastery current need next }
    }
  }`),
  neighbourhood: graphql(`query NeighbourhoodTable($code: String!) {
    neighbourhood(code: $code) {
      points: nodes { knowledgePoint { code name competency { name } } required critical status mastery current need next }
    }
  }`),
}

// MapCsv says which map it is whose table is downloaded.
export type MapCsv = { field: keyof typeof mapTables; variables: object; name: string }
