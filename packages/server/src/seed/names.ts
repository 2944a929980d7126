/** Common in several of the countries. Any likeness to a customer of a bank is chance. */
export const givenNames: readonly string[] = (
  'Ada Aisha Alex Amara Amy Ana Anna Aria Arthur Ben Bea Bram Carla Chloe Clara Dan Daniel David Diego Dora Elena Ella Emil Emma Eric Eva Felix ' +
  'Finn Flora Freya George Grace Hana Hugo Ida Ines Iris Isaac Ivan Jack James Jana Joan Jonas Jude Julia Kai Karim Kate Lara Laura Lena Leo Liam ' +
  'Lily Lina Lucas Lucy Mae Mara Marco Maria Mark Mateo Maya Mia Mila Nadia Nina Noah Nora Olga Oscar Owen Paul Petra Priya Ravi Rosa Ruby Ruth Sam ' +
  'Sara Sofia Stella Tara Theo Tom Uma Vera Victor Wanda Will Yara Zoe'
).split(' ')

export const familyNames: readonly string[] = (
  'Adams Ahmed Allen Andersen Bailey Baker Barnes Becker Bell Bennett Berg Blake Brown Byrne Campbell Carter Chan Clark Cole Collins Cook Cooper Costa ' +
  'Cruz Davies Davis Diaz Dubois Edwards Evans Fischer Fisher Flores Foster Garcia Gray Green Hall Harris Hayes Hill Hughes Jackson Jansen Jones Kaur ' +
  'Keller Kelly Khan King Klein Kumar Laurent Lee Lewis Lim Lopez Martin Meyer Miller Moore Moreau Morgan Murphy Nair Nguyen Novak Okafor Parker Patel ' +
  'Perez Price Quinn Reid Reyes Rivera Roberts Romero Rossi Russell Ryan Santos Schmidt Scott Shaw Silva Singh Smith Stewart Tan Taylor Thomas Torres ' +
  'Turner Visser Walker Walsh Ward Watson Weber White Williams Wilson Wong Wood Wright Young'
).split(' ')
