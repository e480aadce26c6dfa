using System.Net;
using Server.Organizations;
using Server.Tests.Organizations;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Security;

/// <summary>Forms that another site sends with the browser of somebody who is signed in (CSRF), at every page that there is.</summary>
public class CrossSiteFormTests
{
    /// <summary>Identity providers send it from their own pages; what it brings is signed, and taken up by the browser that asked only.</summary>
    private const string FromElsewhere = "/login/{organization}/sso/saml/acs";

    [Fact]
    public async Task Csrf_no_address_outside_the_api_takes_a_form_of_another_site()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        await people["ada"].CreateStack("acme/x/dev");
        using var ada = new FormBrowser(server) { FollowsRedirects = false };
        await ada.SignIn("ada");
        var asked = 0;

        foreach (var (route, method) in Routes.Taking(server, "POST", "PUT", "PATCH", "DELETE").Where(r => !Routes.IsApi(r.Route)))
        {
            if (method != "POST" || route.RoutePattern.RawText == FromElsewhere)
            {
                continue;
            }
            await ada.Post(Routes.Address(route), ("_handler", "any"), ("Choice", "authorize"), ("Name", "mallory"));

            HttpStatusCode[] refused = [HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Forbidden];
            refused.ShouldContain(ada.Status, $"{method} {route.RoutePattern.RawText}");
            asked += ada.Status == HttpStatusCode.BadRequest ? 1 : 0;
        }

        asked.ShouldBeGreaterThan(40);
    }
}
