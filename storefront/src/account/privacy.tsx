import { PageTitle } from "../ui/parts";
import { Consents } from "./consents";
import { Deletion } from "./deletion";
import { Export } from "./export";

export default function Privacy() {
  return (
    <>
      <PageTitle title="Privacy" />
      <div className="mt-6 space-y-8">
        <Consents />
        <Export />
        <Deletion />
      </div>
    </>
  );
}
