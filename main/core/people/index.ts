export { actorOf, createPeople, type NewPerson, type People, type PersonChange } from './people.ts';
