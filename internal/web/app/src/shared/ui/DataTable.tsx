import { Table, type TableProps } from 'antd'
import { CsvButton, type CsvTable } from './CsvButton.tsx'

type Props<Row> = {
  caption: string // what the table holds, for those who do not see it
  rows: readonly Row[]
  rowKey: (row: Row) => string
  columns: TableProps<Row>['columns']
  csv?: CsvTable // how the server writes the same table; absent where it stands beside the heading
  pageSize?: number
} & Omit<TableProps<Row>, 'dataSource' | 'rowKey' | 'columns' | 'caption' | 'pagination'>

// DataTable is a dense table that scrolls sideways within itself on a phone.
export function DataTable<Row extends object>({ caption, rows, rowKey, columns, csv, pageSize = 30, ...rest }: Props<Row>) {
  return (
    <>
      {csv && (
        <div className="table-actions">
          <CsvButton {...csv} />
        </div>
      )}
      <Table<Row>
        size="small"
        aria-label={caption}
        dataSource={rows as Row[]}
        rowKey={rowKey}
        columns={columns}
        pagination={rows.length > pageSize ? { pageSize, showSizeChanger: false, size: 'small' } : false}
        scroll={{ x: 'max-content' }}
        {...rest}
      />
    </>
  )
}
