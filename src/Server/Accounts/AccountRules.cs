using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Server.Organizations;

namespace Server.Accounts;

/// <summary>What an account's names and passwords must be; Identity asks before it stores anything.</summary>
public sealed class AccountRules : IUserValidator<Account>, IPasswordValidator<Account>
{
    public const int ShortestPassword = 10;
    public const int LongestPassword = 160;

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult(Result(OrganizationName.Problem(user.Login), EmailProblem(user.Email), NameProblem(user.Name)));

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(Result(PasswordProblem(user, password ?? "")));

    public static string? NameProblem(string name) =>
        name.Length > Account.LongestName ? $"A name has at most {Account.LongestName} characters."
        : name.Any(char.IsControl) ? "A name has no line breaks or control characters."
        : null;

    public static string? EmailProblem(string email) =>
        email.Length <= Account.LongestEmail
        && MailAddress.TryCreate(email, out var address)
        && address.Address == email
        && !email.Any(char.IsControl)
            ? null
            : $"'{email}' is not an e-mail address.";

    private static string? PasswordProblem(Account user, string password) =>
        password.Length is < ShortestPassword or > LongestPassword ? $"A password has {ShortestPassword} to {LongestPassword} characters."
        : Same(password, user.Login) || Same(password, user.Email) ? "The password must differ from the user name and the e-mail address."
        : password.Distinct().Count() < 4 ? "The password is too easy to guess: it repeats the same few characters."
        : GuessablePassword.Is(password, ContextOf(user))
            ? "The password is among the first that are tried: common ones, words and your own names with digits and signs about them. Take a few unrelated words, or let a password manager make one."
        : null;

    private static IEnumerable<string> ContextOf(Account user) =>
        ["holdfast", "pulumi", user.Login, .. user.Login.Split('-', '_'), .. user.Name.Split(' '), .. user.Email.Split('@', '.', '+')];

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static IdentityResult Result(params string?[] problems)
    {
        var errors = problems.OfType<string>().Select(text => new IdentityError { Code = "Rule", Description = text }).ToArray();
        return errors.Length == 0 ? IdentityResult.Success : IdentityResult.Failed(errors);
    }
}
