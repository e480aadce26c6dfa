using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
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
    public async Task Csrf_no_address_outside_the_api_takes_a_form_without_the_field_of_ours()
    {
        await using var server = await TestServer.Start();

        var taking = Routes.Taking(server, "POST").Select(r => r.Route).Where(r => !Routes.IsApi(r)).ToList();

        taking.Count.ShouldBeGreaterThan(60);
        taking
            .Where(r => r.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: true })
            .Where(r =>
                r.Metadata.GetMetadata<IAuthorizeData>() is not null
                || r.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 }
            )
            .Select(r => r.RoutePattern.RawText)
            .ShouldBe([FromElsewhere]);
    }

    [Fact]
    public async Task Csrf_every_form_that_a_page_shows_is_refused_when_another_site_sends_it()
    {
        await using var server = await TestServer.Start();
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.Write);
        await people["ada"].CreateStack("acme/x/dev");
        using var ada = new FormBrowser(server);
        await ada.SignIn("ada");
        var forms = new HashSet<string>();

        foreach (var (route, _) in Routes.Taking(server, "POST").Where(r => !Routes.IsApi(r.Route)))
        {
            var address = Routes.Address(route);
            await ada.Open(address);
            foreach (var form in ada.Page.QuerySelectorAll("form[method=post] input[name=_handler]").Select(i => i.GetAttribute("value")!))
            {
                if (forms.Add($"{route.RoutePattern.RawText} {form}"))
                {
                    await ada.Post(address, ("_handler", form), ("Choice", "authorize"), ("Name", "mallory"));
                    ada.Status.ShouldBe(HttpStatusCode.BadRequest, $"{form} at {address}");
                }
            }
        }

        forms.Count.ShouldBeGreaterThan(50);
    }
}
