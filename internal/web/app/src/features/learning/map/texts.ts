import { defineMessages, plural } from '@/shared/format/messages.ts'

export const useMapPartTexts = defineMessages(
  {
    title: 'Map of the way',
    counts: (points: number, toLearn: number, next: number) => `${plural(points, 'point')}, ${toLearn} to learn, ${next} of them can be learned now`,
    noPosition: 'Choose a position above to see the map of the way to it',
  },
  {
    title: '先导关系图',
    counts: (points: number, toLearn: number, next: number) => `${points} 个知识点，${toLearn} 个待学，${next} 个现在就能学`,
    noPosition: '请先在上方选择岗位，再查看先导关系图',
  },
)
