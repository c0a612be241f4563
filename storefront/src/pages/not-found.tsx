import { Link } from "react-router";
import { Empty, PageTitle } from "../ui/parts";

export default function NotFound({
  what = "The alley you took ends at a wall. Nobody sells anything here.",
}: {
  what?: string;
}) {
  return (
    <Empty title={<PageTitle title="Nothing here" />}>
      <p>{what}</p>
      <Link to="/" className="btn btn-main">
        Back to the market
      </Link>
    </Empty>
  );
}
